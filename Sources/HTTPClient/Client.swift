import CCrypto
import CCurl

/// HTTP out: any number of transfers at once, all on one thread of its own, which begins with the first of them.
///
/// Connections are kept for later requests to the same host, unless a request wants its own. When the client and all of its
/// responses are released, the thread ends, and the transfers with it.
public final class Client: Sendable {
  private let loop = Loop()

  public init() {}

  deinit {
    loop.close()
  }

  /// Runs once in the process, before its first transfer: one that sends nothing needs no memory for it. Without the option
  /// OpenSSL would free its tables when the process exits, while a transfer may still use them.
  private static let prepare: Void = {
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    let code = curl_global_init(Int(CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32))
    precondition(code == CURLE_OK, "libcurl can't begin: \(String(cString: curl_easy_strerror(code)))")
  }()

  /// Sends a request, and returns when the head of its answer has come. The body is then read from the response. Releasing
  /// the response ends its transfer.
  ///
  /// Cancelling the task ends the transfer at once: when this throws, its connection is closed.
  public func send(_ request: Request) async throws(TransferError) -> Response {
    if Task.isCancelled { throw TransferError(.cancelled) }
    Self.prepare
    let reading = Reading(Transfer(request), of: self)
    post(.begin(reading.transfer))
    switch await reading.next() {
    case .head(let head): return Response(head: head, body: Body(reading))
    case .end(let error): throw error ?? TransferError(.notHTTP, "it has no head")
    case .bytes: throw TransferError(.notHTTP, "it has no head")
    }
  }

  func post(_ command: Loop.Command) { loop.post(command) }
}
