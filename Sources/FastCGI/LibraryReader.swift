import CFastCGI
import Glibc

/// libfcgi reads one request at a time from a connection that we accepted. The only file that knows `FCGX_Request`; of its
/// private fields it uses `ipcFd` and `keepConnection` (the same in libfcgi 2.4.2 to 2.4.7).
///
/// Belongs to one thread at a time. The library's struct stays at one address, for its streams point back to it.
final class LibraryReader: Sendable {
  /// Prepares the library; once, before any thread that uses it.
  static func prepare() {
    precondition(isReady, "FCGX_Init failed")
  }

  private static let isReady: Bool = {
    // A connection that the library gives up on is closed at once, not held for two seconds.
    setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1)
    precondition(MemoryLayout<FCGX_Request>.size == 80, "a libfcgi whose FCGX_Request this program doesn't know")
    // The library takes these signals; whoever had them before (a service group, say) gets them back.
    var terminate = sigaction()
    var user = sigaction()
    sigaction(SIGTERM, nil, &terminate)
    sigaction(SIGUSR1, nil, &user)
    let isReady = FCGX_Init() == 0
    sigaction(SIGTERM, &terminate, nil)
    sigaction(SIGUSR1, &user, nil)
    // A handler that does nothing. Programs started from here would inherit SIG_IGN.
    var nothing = sigaction()
    nothing.__sigaction_handler.sa_handler = { _ in }
    nothing.sa_flags = SA_RESTART
    sigaction(SIGPIPE, &nothing, nil)
    return isReady
  }()

  enum Outcome {
    case request(Exchange)
    /// The library gave up and has closed the descriptor.
    case closed
    /// The peer broke off or broke the protocol within the body; the descriptor is still open.
    case broken
  }

  // Unsafe only in name: one thread uses it at a time, and the pointer never changes.
  nonisolated(unsafe) private let request: UnsafeMutablePointer<FCGX_Request>

  init() {
    Self.prepare()
    request = .allocate(capacity: 1)
    request.initialize(to: FCGX_Request())
  }

  deinit {
    request.deallocate()
  }

  /// Reads parameters and body to its end, blocking where they aren't there yet. The body is kept up to `limit` bytes;
  /// what is more is read and dropped, or the next request on the connection would begin in the middle of it.
  func read(_ descriptor: Int32, bodyLimit limit: Int, keeping kept: KeptFields?) -> Outcome {
    guard let head = readHead(descriptor, keeping: kept) else { return .closed }
    return readBody(after: head, limit: limit)
  }

  /// The parameters, blocking where they aren't there yet; `nil` where the library gave up and has closed the descriptor.
  /// One of the calls that read a body has to come next: it lets go of the library's buffers.
  func readHead(_ descriptor: Int32, keeping kept: KeptFields?) -> RequestHead? {
    FCGX_InitRequest(request, -1, 0)
    request.pointee.ipcFd = descriptor
    // Else FCGX_Accept_r closes the descriptor before it reads.
    request.pointee.keepConnection = 1
    guard FCGX_Accept_r(request) == 0, request.pointee.ipcFd == descriptor else { return nil }
    var head = RequestHead(keeping: kept)
    var parameter = request.pointee.envp
    while let text = parameter?.pointee {
      Self.take(text, into: &head)
      parameter = parameter?.advanced(by: 1)
    }
    return head
  }

  /// The parameters are copied: they die with the library's buffers.
  private func drop() { FCGX_Free(request, 0) }

  func readBody(after head: RequestHead, limit: Int) -> Outcome {
    defer { drop() }
    guard let body = readBody(announced: head.contentLength, limit: limit) else { return .broken }
    return .request(exchange(head, body))
  }

  /// Hands the body to `take`, up to 64 KiB at a time. Where it broke off, that has had bytes all the same.
  func readBody(after head: RequestHead, _ take: (UnsafeRawBufferPointer) -> Void) -> Outcome {
    defer { drop() }
    var length = 0
    guard
      readBody(
        by: 64 << 10,
        {
          length += $0.count
          take($0)
        })
    else { return .broken }
    return .request(exchange(head, head.contentLength.isMet(by: length) ? .complete([]) : .truncated))
  }

  private func exchange(_ head: RequestHead, _ body: Request.Body) -> Exchange {
    Exchange(
      head: head, body: body, id: UInt16(truncatingIfNeeded: request.pointee.requestId),
      keepsConnection: request.pointee.keepConnection != 0)
  }

  private static func take(_ text: UnsafeMutablePointer<CChar>, into head: inout RequestHead) {
    guard let equals = strchr(text, 0x3d) else { return }
    head.take(
      name: UnsafeRawBufferPointer(start: text, count: equals - text),
      value: UnsafeRawBufferPointer(start: equals + 1, count: strlen(equals + 1)))
  }

  /// The body up to its EOF record; `nil` where the stream broke off.
  private func readBody(announced: RequestHead.ContentLength, limit: Int) -> Request.Body? {
    var body: [UInt8] = []
    var length = 0
    // The announced length is believed as far as twice of what has come.
    let most = if case .bytes(let announced) = announced { min(announced, limit) } else { limit }
    let isWhole = readBody(by: 16 << 10) { bytes in
      length += bytes.count
      guard length <= limit else { return }
      if length > body.capacity { body.reserveCapacity(max(length, min(2 * body.capacity, most))) }
      body.append(contentsOf: bytes)
    }
    guard isWhole else { return nil }
    if length > limit { return .tooLarge(limit: limit) }
    return announced.isMet(by: length) ? .complete(body) : .truncated
  }

  /// False where the stream broke off: that looks like a normal end to `FCGX_GetStr`.
  private func readBody(by size: Int, _ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    let stream = request.pointee.in
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { buffer in
      let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      while true {
        let count = Int(FCGX_GetStr(start, Int32(buffer.count), stream))
        if count > 0 { take(UnsafeRawBufferPointer(rebasing: buffer.prefix(count))) }
        if count < buffer.count { break }
      }
    }
    return FCGX_GetError(stream) == 0
  }
}
