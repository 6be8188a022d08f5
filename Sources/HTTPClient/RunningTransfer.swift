import CCurl
import Glibc

/// A transfer while libcurl works on it: its easy handle, and what libcurl calls. Lives on the loop's thread alone.
final class RunningTransfer {
  let transfer: Transfer
  let easy: UnsafeMutableRawPointer
  /// libcurl wants them to live as long as the handle.
  var lists: [UnsafeMutablePointer<curl_slist>] = []
  /// `curl_mime`.
  var form: OpaquePointer?
  /// Where libcurl writes what went wrong.
  private let words: UnsafeMutablePointer<CChar>
  private var head = HeadReader()
  /// Why one of the calls below has ended the transfer.
  private var cause: TransferError?
  private var refused: PeerAddress?
  /// When the last byte came from the peer, or was taken by it; `nil` until the connection stands.
  private var lastSign: ContinuousClock.Instant?
  private var uploaded: curl_off_t = 0

  init(_ transfer: Transfer) throws(TransferError) {
    if let fault = transfer.request.fault { throw TransferError(.badRequest, fault) }
    guard let easy = curl_easy_init() else { throw TransferError(.other, "libcurl has no handle") }
    self.transfer = transfer
    self.easy = easy
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try configure(errorBuffer: words)
  }

  deinit {
    curl_easy_cleanup(easy)
    for list in lists { curl_slist_free_all(list) }
    if let form { curl_mime_free(form) }
    words.deallocate()
  }

  /// What has become of it, where libcurl says that it is done.
  func outcome(_ code: CURLcode) -> TransferError? {
    if let cause { return cause }
    if code == CURLE_COULDNT_CONNECT, let refused { return TransferError(.refusedAddress, "\(refused)") }
    // So libcurl calls a line of a head that is longer than it reads.
    if code == CURLE_OUT_OF_MEMORY { return TransferError(.tooLong, "a line of its head has more than 100 KiB") }
    return code == CURLE_OK ? nil : TransferError(code, String(cString: words))
  }

  // MARK: - Silence

  /// When the peer will have been silent for too long, as far as is known by now.
  var silenceEnds: ContinuousClock.Instant? {
    guard let limit = transfer.request.deadlines.silence, let lastSign, !transfer.isPaused else { return nil }
    return lastSign + limit
  }

  /// Whether the peer has been silent for too long. A peer that takes bytes of the request is not silent.
  func isSilent(at now: ContinuousClock.Instant) -> Bool {
    guard let end = silenceEnds, end <= now else { return false }
    var sent: curl_off_t = 0
    curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &sent)
    if sent == uploaded { return true }
    uploaded = sent
    lastSign = now
    return false
  }

  func resume() {
    lastSign = .now
    curl_easy_pause(easy, CURLPAUSE_RECV_CONT)
  }

  // MARK: - What libcurl calls

  func connected() { lastSign = .now }

  func receive(line: UnsafeRawBufferPointer) -> Bool {
    lastSign = .now
    switch head.read(line) {
    case .more: return true
    case .head(let head):
      transfer.receive(head)
      return true
    case .tooLong: cause = TransferError(.tooLong, "its head has more than \(HeadReader.longest) bytes")
    case .notHTTP: cause = TransferError(.notHTTP, "its head can't be read")
    }
    return false
  }

  /// False where the transfer has to pause.
  func receive(body: UnsafeRawBufferPointer) -> Bool {
    lastSign = .now
    return transfer.receive(body)
  }

  /// A socket for a connection to `address`; -1 where there is to be none.
  func openSocket(_ address: UnsafePointer<curl_sockaddr>) -> Int32 {
    let peer = curl_address_of(address).flatMap { PeerAddress($0) }
    if let allows = transfer.request.allowsAddress {
      guard let peer, allows(peer) else {
        refused = peer
        return -1
      }
    }
    let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return socket(address.pointee.family, type, address.pointee.`protocol`)
  }
}
