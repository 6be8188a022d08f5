import HTTPClient
import StrictJSON

/// A service as its clients see it: the routes of the API, and what can go wrong with each.
public struct ServiceClient: Sendable {
  /// The collection of the kind `order`, whose input ``JobInput`` is: what is asked for where no kind is named.
  public static let collection = "orders"
  /// What the service waits at most for a client (`Prefer: wait`).
  private static let longestWait = Duration.seconds(50)

  /// The path of the kind that is asked for: the first segment of all addresses, and the member that holds a page.
  public var kind = collection
  var path: String { "/" + kind }
  public let address: ServiceAddress
  private static let documents = "application/json, application/problem+json"
  let timeout: Duration
  private let agent: String
  private let connection = Connection()

  /// `timeout` is how long the service may be silent; `agent` is what the client calls itself.
  public init(address: ServiceAddress, timeout: Duration, agent: String) {
    self.address = address
    self.timeout = timeout
    self.agent = agent
  }

  /// What came of a submission.
  public struct Submission: Hashable, Sendable {
    public let id: Int64
    /// Whether the key had been used before, for this very job.
    public let isReplayed: Bool
    public let bytes: [UInt8]
  }

  /// Submits a job under a key, so that asking again can't make a second one: where an answer is lost, it does, twice.
  /// `onUpload` hears how many bytes of how many were sent, again and again until the answer comes, on another thread.
  public func submit(
    _ input: SubmittedInput, key: String, onUpload: (@Sendable (_ sent: Int64, _ total: Int64) -> Void)? = nil
  ) async throws(ClientFailure) -> Submission {
    var request = request("POST", path)
    try await sent(input).write(to: &request)
    request.onUpload = onUpload
    let escaped = key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    request.fields.append(("Idempotency-Key", "\"\(escaped)\""))
    var pauses = [Duration.milliseconds(200), .seconds(1)]
    while true {
      do throws(ClientFailure) {
        return try await submission(request)
      } catch {
        guard error.mayBeTaken else { throw error }
        guard !pauses.isEmpty else { throw error.leavingOpen(key) }
        try await pause(pauses.removeFirst())
      }
    }
  }

  private func submission(_ request: Request) async throws(ClientFailure) -> Submission {
    let answer = try await send(request, accepting: [201, 202])
    guard let id = answer.json?["id"]?.integer else { throw .foreign(answer, at: address) }
    return Submission(id: id, isReplayed: answer.fields["idempotent-replayed"] == "true", bytes: answer.body)
  }

  /// Whether the service would take it for an idempotency key.
  public static func isKey(_ text: String) -> Bool {
    1...255 ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
  }

  /// How far a job is. With `wait` it asks until the job has ended, or that time is over.
  public func status(_ id: Int64, wait: Duration = .zero) async throws(ClientFailure) -> StatusDocument {
    let answer = try await held("\(path)/\(id)/status", wait) { answer in
      StatusDocument(answer.body)?.status.isFinal == false
    }
    guard answer.status == 200 else { throw .of(answer, at: address) }
    guard let document = StatusDocument(answer.body), document.id == id else { throw .foreign(answer, at: address) }
    return document
  }

  /// Hands over the result as the work made it, JSON or a file, in pieces as they come; where it has several files, the one
  /// with the name `file`, or else a list of them as JSON. With `wait` it asks until there is one, or that time is over.
  public func result(
    _ id: Int64, file: String? = nil, wait: Duration = .zero, _ take: @escaping Take
  ) async throws(ClientFailure) {
    let name = file.map { "/" + ListQuery.encoded($0) } ?? ""
    // A result of the kind `order` says whose it is.
    let isChecked = kind == Self.collection
    let answer = try await held(
      "\(path)/\(id)/result\(name)", wait, accepting: "*/*", isChecked ? nil : take
    ) { answer in
      answer.status == 409 && ClientFailure.of(answer, at: address).status == .notFinished
    }
    guard answer.status == 200 else { throw .of(answer, at: address) }
    guard isChecked else { return }
    guard answer.json?["id"]?.integer == id else { throw .foreign(answer, at: address) }
    try take(answer.body)
  }

  /// Gets a piece of a body.
  public typealias Take = ([UInt8]) throws(ClientFailure) -> Void

  /// What the job's program logged, as text in UTF-8.
  public func log(of job: JobReference) async throws(ClientFailure) -> [UInt8] {
    let request = request(
      "GET", "/\(job.collection)/\(job.id)/log", accepting: "text/plain, application/problem+json")
    let answer = try await send(request, accepting: [200])
    guard answer.type == "text/plain" else { throw .foreign(answer, at: address) }
    return answer.body
  }

  public func cancel(_ id: Int64) async throws(ClientFailure) {
    _ = try await send(request("DELETE", "\(path)/\(id)/cancel"), accepting: [204])
  }

  /// Removes a job that has ended, with its files.
  public func remove(_ id: Int64) async throws(ClientFailure) {
    let answer = try await answer(to: request("DELETE", "\(path)/\(id)"))
    guard answer.status != 204 else { return }
    var failure = ClientFailure.of(answer, at: address)
    if answer.status == 405 {
      failure = ClientFailure(.refused, "\(kind)/\(id) can't be removed: its kind takes no files")
    } else if failure.status == .notFinished {
      let document = failure.document
      failure = ClientFailure(
        .notFinished, "\(kind)/\(id) has not ended: cancel it, or wait for it with orders watch")
      failure.document = document
    }
    throw failure
  }

  /// The events of one job, or of several, after what was heard. The stream ends as the service ends it.
  func events(of ids: [Int64], after lastEventID: String?) async throws(ClientFailure) -> EventBytes {
    let list = ids.map(String.init).joined(separator: ",")
    return try await events(
      ids.count == 1 ? "/\(list)/events" : "/events?limit=1000&ids=\(list)", after: lastEventID)
  }

  /// The events of all jobs of the kind, after what was heard, or from those on that have not ended.
  func eventsOfKind(after lastEventID: String?) async throws(ClientFailure) -> EventBytes {
    try await events("/events?status=started&status=running&limit=1000", after: lastEventID)
  }

  /// The stream at an address below that of the kind. The service may be silent for as long as a stream lets it, or for
  /// `silence`.
  func events(
    _ address: String, after lastEventID: String? = nil, silence: Duration? = nil
  ) async throws(ClientFailure) -> EventBytes {
    var request = request("GET", path + address, accepting: "text/event-stream")
    if let lastEventID { request.fields.append(("Last-Event-ID", lastEventID)) }
    let silence = silence ?? max(timeout, EventBytes.longestSilence)
    request.deadlines.silence = silence
    let response: Response
    do {
      response = try await connection.stream(request)
    } catch {
      throw .of(error, at: self.address, after: silence)
    }
    return try await EventBytes(response, from: self.address, silence: silence)
  }

  /// Asks, and goes on asking while `isOpen` says that the answer is not the last and there is time. Where there is a
  /// `take`, it gets the body of a 200 as it comes, and the answer has none.
  private func held(
    _ path: String, _ wait: Duration, accepting types: String = documents, _ take: Take? = nil,
    while isOpen: (Answer) -> Bool
  ) async throws(ClientFailure) -> Answer {
    let end = ContinuousClock.now.advanced(by: wait)
    while true {
      let left = min(ContinuousClock.now.duration(to: end), Self.longestWait)
      var request = request("GET", path, accepting: types)
      if left > .zero {
        let seconds = Int(left.seconds.rounded(.up))
        request.fields.append(("Prefer", "wait=\(seconds)"))
        request.deadlines.silence = timeout + .seconds(seconds)
      }
      let begun = ContinuousClock.now
      let answer = try await answer(to: request, take)
      guard isOpen(answer), ContinuousClock.now < end else { return answer }
      // One that shuts down answers at once.
      if begun.duration(to: .now) < .seconds(1) {
        try await pause(min(.seconds(1), ContinuousClock.now.duration(to: end)))
      }
    }
  }

  func request(
    _ method: String, _ path: String, accepting types: String = documents
  ) -> Request {
    var request = Request(method, address.description + path, fields: [("Accept", types), ("User-Agent", agent)])
    if let authorization = address.authorization { request.fields.append(("Authorization", authorization)) }
    request.deadlines = Request.Deadlines(connect: timeout, silence: timeout)
    // What is for this machine is not to go through a proxy on another one.
    request.proxy = address.isLoopback ? .none : .environment
    return request
  }

  func send(_ request: Request, accepting statuses: Set<Int>) async throws(ClientFailure) -> Answer {
    let answer = try await answer(to: request)
    guard statuses.contains(answer.status) else { throw .of(answer, at: address) }
    return answer
  }

  func answer(to request: Request) async throws(ClientFailure) -> Answer {
    do {
      return try await connection.answer(to: request)
    } catch {
      throw .of(error, at: address, after: request.deadlines.silence ?? timeout)
    }
  }

  private func answer(to request: Request, _ take: Take?) async throws(ClientFailure) -> Answer {
    guard let take else { return try await answer(to: request) }
    let silence = request.deadlines.silence ?? timeout
    let response: Response
    do {
      response = try await connection.stream(request)
      guard response.head.status == 200 else { return try await Connection.answer(response) }
    } catch {
      throw .of(error, at: address, after: silence)
    }
    var pieces = response.body.makeAsyncIterator()
    while true {
      let piece: [UInt8]?
      do {
        piece = try await pieces.next(isolation: #isolation)
      } catch {
        throw .of(error, at: address, after: silence)
      }
      guard let piece else { return Answer(response.head) }
      try take(piece)
    }
  }

  private func pause(_ pause: Duration) async throws(ClientFailure) {
    do {
      try await Task.sleep(for: pause)
    } catch {
      throw ClientFailure(.other, "interrupted")
    }
  }
}
