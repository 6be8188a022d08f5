/// What the reader of a transfer gets, in this order: one head, any number of pieces of the body, one end. Where there is
/// no answer the end comes first.
enum TransferEvent: Sendable {
  case head(ResponseHead)
  case bytes([UInt8])
  case end(TransferError?)
}

/// What has come and has not been read yet.
struct TransferState {
  private let readAhead: Int
  private var head: ResponseHead?
  private var bytes: [UInt8] = []
  private var error: TransferError?
  private var isOver = false
  /// Whether a piece was left with libcurl, which holds back the peer until the transfer is resumed.
  private(set) var isPaused = false

  init(readAhead: Int) {
    self.readAhead = readAhead
  }

  mutating func receive(_ head: ResponseHead) { self.head = head }

  /// False where there is no room: the same bytes come again after the transfer is resumed.
  mutating func receive(_ piece: UnsafeRawBufferPointer) -> Bool {
    guard bytes.isEmpty || bytes.count + piece.count <= readAhead else {
      isPaused = true
      return false
    }
    bytes.append(contentsOf: piece)
    return true
  }

  /// The first end counts. One who cancels reads nothing more.
  mutating func end(_ error: TransferError?) {
    guard !isOver else { return }
    isOver = true
    self.error = error
    if error?.code == .cancelled { (head, bytes) = (nil, []) }
  }

  /// `nil` while nothing has come. `mustResume` is whether there is room again for what was left with libcurl.
  mutating func next() -> (event: TransferEvent, mustResume: Bool)? {
    if let head {
      self.head = nil
      return (.head(head), false)
    }
    if !bytes.isEmpty {
      defer { (bytes, isPaused) = ([], false) }
      return (.bytes(bytes), isPaused && !isOver)
    }
    return isOver ? (.end(error), false) : nil
  }
}
