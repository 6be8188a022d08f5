import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// HTTP by Foundation's `URLSession`: requests go out, and answers come back as they arrive.
final class Connection: NSObject, Sendable {
  /// What comes back, in this order: one head, then any number of pieces of the body.
  enum Part: Sendable {
    case head(status: Int, fields: [String: String])
    case body([UInt8])
  }

  typealias Parts = AsyncMapSequence<AsyncThrowingStream<Part, any Error>, Part>

  /// More came than an order service would send.
  struct Excess: Error {}

  private let receivers = Mutex<[Int: Receiver]>([:])
  private let session = Mutex<URLSession?>(nil)

  override init() {
    super.init()
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    self.session.withLock { $0 = session }
  }

  /// The answer to a request. It ends with an error where the connection breaks, nothing comes for as long as the
  /// request's `timeoutInterval`, or more comes than is sensible (``Excess``). The request ends when reading does.
  func send(_ request: URLRequest) -> Parts {
    let (parts, continuation) = AsyncThrowingStream.makeStream(of: Part.self)
    let receiver = Receiver(continuation)
    if let task = session.withLock({ $0?.dataTask(with: request) }) {
      receivers.withLock { $0[task.taskIdentifier] = receiver }
      // Foundation's cancel waits for its turn, for seconds where much is arriving.
      continuation.onTermination = { _ in DispatchQueue.global().async { task.cancel() } }
      task.resume()
    } else {
      continuation.finish(throwing: URLError(.cancelled))
    }
    return parts.map { part in
      receiver.read(part)
      return part
    }
  }

  private func receiver(of task: URLSessionTask) -> Receiver? {
    receivers.withLock { $0[task.taskIdentifier] }
  }
}

/// What one answer has come to. Foundation goes on receiving whether or not anything is read.
private final class Receiver: Sendable {
  private struct State {
    var limit = 0
    var isStream = false
    /// Of a stream what is not yet read, of anything else all of the body.
    var bytes = 0
  }

  private let continuation: AsyncThrowingStream<Connection.Part, any Error>.Continuation
  private let state = Mutex(State())

  init(_ continuation: AsyncThrowingStream<Connection.Part, any Error>.Continuation) {
    self.continuation = continuation
  }

  /// A document has at most 256 MiB, and one of a problem far less than a MiB. An endless stream may get 16 MiB ahead.
  func receive(status: Int, fields: [String: String]) {
    state.withLock { state in
      state.isStream = status == 200 && fields["content-type"]?.hasPrefix("text/event-stream") == true
      state.limit = state.isStream ? 16 << 20 : (200..<300).contains(status) ? 256 << 20 : 1 << 20
    }
    continuation.yield(.head(status: status, fields: fields))
  }

  /// False where it is too much.
  func receive(_ bytes: [UInt8]) -> Bool {
    let fits = state.withLock { state in
      state.bytes += bytes.count
      return state.bytes <= state.limit
    }
    if fits { continuation.yield(.body(bytes)) }
    return fits
  }

  func read(_ part: Connection.Part) {
    guard case .body(let bytes) = part else { return }
    state.withLock { if $0.isStream { $0.bytes -= bytes.count } }
  }

  func finish(throwing error: (any Error)? = nil) { continuation.finish(throwing: error) }
}

extension Connection: URLSessionDataDelegate {
  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      var fields: [String: String] = [:]
      for (name, value) in response.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
      receiver(of: dataTask)?.receive(status: response.statusCode, fields: fields)
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard let receiver = receiver(of: dataTask), !receiver.receive(Array(data)) else { return }
    receivers.withLock { $0[dataTask.taskIdentifier] = nil }
    receiver.finish(throwing: Excess())
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    receivers.withLock { $0.removeValue(forKey: task.taskIdentifier) }?.finish(throwing: error)
  }

  /// A service of ours sends nobody elsewhere: the redirection is the answer.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  /// Every request has the login there is: a 401, which has arrived by now, is the answer. Nothing else ends the task
  /// here: Foundation asks for another login and waits.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    receivers.withLock { $0.removeValue(forKey: task.taskIdentifier) }?.finish()
    completionHandler(.cancelAuthenticationChallenge, nil)
  }
}
