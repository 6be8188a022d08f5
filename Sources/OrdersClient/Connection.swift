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

  typealias Parts = AsyncThrowingStream<Part, any Error>

  private let receivers = Mutex<[Int: Parts.Continuation]>([:])
  private let session = Mutex<URLSession?>(nil)

  override init() {
    super.init()
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    self.session.withLock { $0 = session }
  }

  /// The answer to a request. It ends with an error where the connection breaks, or nothing comes for as long as the
  /// request's `timeoutInterval`. Whoever stops reading ends the request.
  func send(_ request: URLRequest) -> Parts {
    Parts { receiver in
      guard let task = session.withLock({ $0?.dataTask(with: request) }) else {
        receiver.finish(throwing: URLError(.cancelled))
        return
      }
      receivers.withLock { $0[task.taskIdentifier] = receiver }
      receiver.onTermination = { _ in task.cancel() }
      task.resume()
    }
  }

  private func receiver(of task: URLSessionTask) -> Parts.Continuation? {
    receivers.withLock { $0[task.taskIdentifier] }
  }
}

extension Connection: URLSessionDataDelegate {
  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      var fields: [String: String] = [:]
      for (name, value) in response.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
      receiver(of: dataTask)?.yield(.head(status: response.statusCode, fields: fields))
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    receiver(of: dataTask)?.yield(.body(Array(data)))
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
