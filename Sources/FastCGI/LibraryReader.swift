import CFastCGI
import Glibc

/// libfcgi on one thread: reads one request at a time from a connection that we accepted. The only file that knows
/// `FCGX_Request`; of its private fields it uses `ipcFd` and `keepConnection` (the same in libfcgi 2.4.2 to 2.4.7).
///
/// Belongs to the thread that made it. The library's struct stays at one address, for its streams point back to it.
struct LibraryReader: ~Copyable {
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
    case request(head: RequestHead, body: Request.Body, id: UInt16, keepsConnection: Bool)
    /// The library gave up and has closed the descriptor.
    case closed
    /// The peer broke off or broke the protocol within the body; the descriptor is still open.
    case broken
  }

  private let request: UnsafeMutablePointer<FCGX_Request>

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
    FCGX_InitRequest(request, -1, 0)
    request.pointee.ipcFd = descriptor
    // Else FCGX_Accept_r closes the descriptor before it reads.
    request.pointee.keepConnection = 1
    guard FCGX_Accept_r(request) == 0, request.pointee.ipcFd == descriptor else { return .closed }
    // The parameters die with the library's buffers: everything is copied before.
    defer { FCGX_Free(request, 0) }

    var head = RequestHead(keeping: kept)
    var parameter = request.pointee.envp
    while let text = parameter?.pointee {
      Self.take(text, into: &head)
      parameter = parameter?.advanced(by: 1)
    }
    guard let body = readBody(announced: head.contentLength, limit: limit) else { return .broken }
    return .request(
      head: head, body: body, id: UInt16(truncatingIfNeeded: request.pointee.requestId),
      keepsConnection: request.pointee.keepConnection != 0)
  }

  private static func take(_ text: UnsafeMutablePointer<CChar>, into head: inout RequestHead) {
    guard let equals = strchr(text, 0x3d) else { return }
    head.take(
      name: UnsafeRawBufferPointer(start: text, count: equals - text),
      value: UnsafeRawBufferPointer(start: equals + 1, count: strlen(equals + 1)))
  }

  /// The body up to its EOF record; `nil` where the stream broke off: a truncated one looks like a normal end to
  /// `FCGX_GetStr`.
  private func readBody(announced: RequestHead.ContentLength, limit: Int) -> Request.Body? {
    let stream = request.pointee.in
    var body: [UInt8] = []
    var length = 0
    // The announced length is believed as far as twice of what has come.
    let most = if case .bytes(let announced) = announced { min(announced, limit) } else { limit }
    withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
      let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      while true {
        let count = Int(FCGX_GetStr(start, Int32(buffer.count), stream))
        length += count
        if length <= limit {
          if length > body.capacity { body.reserveCapacity(max(length, min(2 * body.capacity, most))) }
          body.append(contentsOf: buffer.prefix(count))
        }
        if count < buffer.count { break }
      }
    }
    guard FCGX_GetError(stream) == 0 else { return nil }
    if length > limit { return .tooLarge(limit: limit) }
    switch announced {
    case .absent: return .complete(body)
    case .bytes(let announced): return announced == length ? .complete(body) : .truncated
    case .impossible: return .truncated
    }
  }
}
