import Jobs
import JobsSQLite
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Callbacks

@Suite("The sender of callbacks", .serialized)
struct CallbackSenderTests {
  private let folder = try! TemporaryFolder()

  private func join() throws -> SQLiteJobStore {
    try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite")
  }

  private func sender(
    _ store: SQLiteJobStore, _ receiver: Receiver, names: Names = Names([["192.0.2.1"]]),
    rules: AddressRules = AddressRules(allowing: [AddressRange("192.0.2.0/24")!]),
    configure: (inout CallbackSender.Configuration) -> Void = { _ in }
  ) -> CallbackSender {
    var configuration = CallbackSender.Configuration()
    configuration.policy = AttemptPolicy(attempts: 5, timeout: .seconds(5), firstPause: .milliseconds(20))
    configuration.beat = .milliseconds(10)
    configure(&configuration)
    let call = CallbackCall(
      rules: rules, lookup: names, transport: receiver, userAgent: "orders/test",
      payload: { Array("job \($0.id)".utf8) },
      signature: { message, timestamp, body in "v1,\(message) \(timestamp) \(body.count)" })
    return CallbackSender(
      outbox: store, call: call, configuration: configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs it while `body` runs, then cancels it and waits for its end.
  private func whileSending(_ sender: CallbackSender, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await sender.run() }
      try await body()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private func owe(_ store: SQLiteJobStore, _ url: String = "https://a.example/hook") async throws -> JobID {
    let job = NewJob(kind: JobKind(rawValue: "order"), input: [1], callback: url)
    guard case .accepted(let id) = try await store.submit(job, limits: QueueLimits(jobs: 999), at: .now) else {
      throw NeverHappened(what: "accepted", limit: .zero)
    }
    _ = try await store.cancel(id, at: .now)
    return id
  }

  @Test("sends a message as Standard Webhooks wants it, once it is heard no more")
  func heard() async throws {
    let store = try join()
    let receiver = Receiver { _ in .answered(CallbackReply(status: 204)) }
    try await whileSending(sender(store, receiver)) {
      let id = try await owe(store)
      try await eventually("it is settled") { try await store.unsettledCallbacks() == 0 }
      let job = try #require(try await store.read(id))
      let request = try #require(receiver.requests.first)
      #expect(receiver.requests.count == 1)
      #expect(request.url == "https://a.example/hook")
      #expect(request.body == Array("job \(id)".utf8))
      let fields = Dictionary(uniqueKeysWithValues: request.headerFields.map { ($0.name, $0.value) })
      let message = "\(store.name)-\(job.change)"
      #expect(fields["webhook-id"] == message)
      #expect(fields["content-type"] == "application/json")
      #expect(fields["user-agent"] == "orders/test")
      let timestamp = try #require(fields["webhook-timestamp"])
      #expect(abs((Int64(timestamp) ?? 0) - Timestamp.now.milliseconds / 1000) < 10)
      #expect(fields["webhook-signature"] == "v1,\(message) \(timestamp) \(request.body.count)")
      #expect(receiver.addresses == ["192.0.2.1"])
    }
  }

  @Test("tries again under the same id until it is heard, and gives up after the last attempt or a 410")
  func retries() async throws {
    let store = try join()
    let receiver = Receiver { request in
      switch (request.url, request.number) {
      case ("https://stubborn.example/", _): .answered(CallbackReply(status: 500))
      case ("https://gone.example/", _): .answered(CallbackReply(status: 410))
      case (_, 1): .answered(CallbackReply(status: 503, retryAfter: .zero))
      case (_, 2): .answered(CallbackReply(status: 302))
      case (_, 3): .failed("connection refused")
      default: .answered(CallbackReply(status: 200))
      }
    }
    let urls = ["https://late.example/", "https://stubborn.example/", "https://gone.example/"]
    for url in urls { _ = try await owe(store, url) }
    try await whileSending(sender(store, receiver)) {
      try await eventually("all are settled") { try await store.unsettledCallbacks() == 0 }
    }
    #expect(urls.map { url in receiver.requests.count { $0.url == url } } == [4, 5, 1])
    for url in urls {
      let ids = receiver.requests.filter { $0.url == url }.map {
        $0.headerFields.first { $0.name == "webhook-id" }?.value
      }
      #expect(Set(ids).count == 1)
    }
  }

  @Test("asks for a name once in each attempt, and connects to an address that was among the answers and is allowed")
  func pins() async throws {
    let store = try join()
    // A name that stands for something else each time it is asked for.
    let names = Names([
      ["127.0.0.1"], ["10.0.0.1", "::1"], ["10.0.0.1", "192.0.2.2"], ["192.0.2.3", "192.0.2.4"], ["127.0.0.1"],
    ])
    let receiver = Receiver { $0.number < 2 ? .failed("no") : .answered(CallbackReply(status: 200)) }
    _ = try await owe(store)
    try await whileSending(sender(store, receiver, names: names)) {
      try await eventually("it is settled") { try await store.unsettledCallbacks() == 0 }
    }
    #expect(receiver.addresses == ["192.0.2.2", "192.0.2.4"])
    #expect(names.asked == 4)
  }

  @Test(
    "calls no address that isn't allowed, and over http none but this machine's",
    arguments: [
      ("https://a.example/", ["10.0.0.1", "::1"]), ("https://127.0.0.1/", ["192.0.2.1"]),
      ("https://[::1]/", ["192.0.2.1"]),
      ("http://localhost/", ["192.0.2.1"]), ("https://LOCALHOST/", ["192.0.2.1"]),
      ("https://a.localhost/", ["192.0.2.1"]), ("nonsense", ["192.0.2.1"]),
    ])
  func refuses(url: String, answers: [String]) async throws {
    let store = try join()
    let receiver = Receiver { _ in .answered(CallbackReply(status: 200)) }
    _ = try await owe(store, url)
    try await whileSending(sender(store, receiver, names: Names([answers]))) {
      try await eventually("it is given up") { try await store.unsettledCallbacks() == 0 }
    }
    #expect(receiver.requests.isEmpty)
  }

  @Test("gives up waiting for a receiver that hangs, and for a name that nobody answers for")
  func hangs() async throws {
    let store = try join()
    let receiver = Receiver { $0.number == 1 ? .hang : .answered(CallbackReply(status: 200)) }
    let names = Names([[], ["192.0.2.1"]])
    _ = try await owe(store)
    let sender = sender(store, receiver, names: names) { $0.policy.timeout = .milliseconds(50) }
    try await whileSending(sender) {
      try await eventually("it is settled") { try await store.unsettledCallbacks() == 0 }
    }
    #expect(names.asked == 3)
    #expect(receiver.requests.count == 2)
  }

  @Test("sends no more at once than it may, and the others when there is room")
  func bounded() async throws {
    let store = try join()
    let receiver = Receiver { _ in .hang }
    for _ in 0..<7 { _ = try await owe(store) }
    try await whileSending(sender(store, receiver, configure: { $0.sends = 3 })) {
      try await eventually("three are sent") { receiver.requests.count == 3 }
      for count in 4...7 {
        receiver.release()
        try await eventually("the next is sent") { receiver.requests.count == count }
      }
    }
    #expect(try await store.unsettledCallbacks() == 3)
  }

  @Test("sends no more than four at once to one host, whatever its spelling and port, and others' go before the rest")
  func hostLimit() async throws {
    let store = try join()
    let receiver = Receiver { $0.url.lowercased().contains("stuck") ? .hang : .answered(CallbackReply(status: 200)) }
    // More than are looked at, twice over.
    for number in 0..<300 {
      _ = try await owe(store, ["https://stuck.example/\(number)", "https://STUCK.example:8443/\(number)"][number % 2])
    }
    try await whileSending(sender(store, receiver, configure: { $0.policy.timeout = .seconds(300) })) {
      try await eventually("the host has its share") { receiver.requests.count == 4 }
      for number in 0..<40 { _ = try await owe(store, "https://well\(number % 2).example/\(number)") }
      try await eventually("the others' are sent") { try await store.unsettledCallbacks() == 300 }
      #expect(receiver.requests.count == 44)
      receiver.release()
      try await eventually("the host gets its next") { receiver.requests.count == 45 }
    }
    #expect(try await store.unsettledCallbacks() == 299)
  }

  @Test("a line for one host that answers is sent in full, in spite of its limit")
  func busyHost() async throws {
    let store = try join()
    let receiver = Receiver { _ in .answered(CallbackReply(status: 200)) }
    for number in 0..<400 { _ = try await owe(store, "https://a.example/\(number)") }
    try await whileSending(sender(store, receiver)) {
      try await eventually("all are settled") { try await store.unsettledCallbacks() == 0 }
    }
    #expect(receiver.requests.count == 400)
    #expect(Set(receiver.requests.map(\.url)).count == 400)
  }

  @Test(
    "a shutdown lets a send end that is under way, and gives back one that takes too long", arguments: [true, false])
  func drains(ends: Bool) async throws {
    let (store, sibling) = (try join(), try join())
    let receiver = Receiver { _ in .hang }
    _ = try await owe(store)
    let sender = sender(store, receiver) { $0.patience = ends ? .seconds(30) : .milliseconds(20) }
    let running = Task {
      try await ServiceGroup(
        services: [sender], gracefulShutdownSignals: [], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ).run()
    }
    try await eventually("it is sent") { receiver.requests.count == 1 }
    #expect(try await !sibling.hasDueCallbacks())
    sender.drain()
    _ = try await owe(store, "https://later.example/")
    if ends {
      receiver.release()
      try await eventually("it is settled") { try await store.unsettledCallbacks() == 1 }
    } else {
      try await eventually("it is given back") { try await sibling.claimCallbacks(9, lease: .zero).count == 2 }
    }
    #expect(receiver.requests.count == 1)
    running.cancel()
    _ = await running.result
  }
}

/// A receiver that answers as a test says.
private final class Receiver: Transport {
  struct Seen {
    var url: String
    /// Which of those to this URL: 1 for the first.
    var number: Int
  }

  enum Answer {
    case answered(CallbackReply)
    case failed(String)
    case hang
  }

  private struct State {
    var requests: [CallbackRequest] = []
    var addresses: [String] = []
    var released = 0
  }

  private let state = Mutex(State())
  private let answer: @Sendable (Seen) -> Answer

  init(_ answer: @escaping @Sendable (Seen) -> Answer) {
    self.answer = answer
  }

  var requests: [CallbackRequest] { state.withLock { $0.requests } }
  var addresses: [String] { state.withLock { $0.addresses } }

  /// One that hangs is answered.
  func release() { state.withLock { $0.released += 1 } }

  func post(_ request: CallbackRequest, to address: IPAddress) async throws -> CallbackReply {
    let number = state.withLock { state in
      state.requests.append(request)
      state.addresses.append(address.description)
      return state.requests.count { $0.url == request.url }
    }
    switch answer(Seen(url: request.url, number: number)) {
    case .answered(let reply): return reply
    case .failed(let reason): throw SystemLookup.Failure(description: reason)
    case .hang:
      while !take() { try await Task.sleep(for: .milliseconds(2)) }
      return CallbackReply(status: 200)
    }
  }

  private func take() -> Bool {
    state.withLock { state in
      guard state.released > 0 else { return false }
      state.released -= 1
      return true
    }
  }
}

/// What a name stands for, each time it is asked for; the last answer stays. An empty one never comes.
private final class Names: HostLookup {
  private let answers: [[String]]
  private let count = Mutex(0)

  init(_ answers: [[String]]) {
    self.answers = answers
  }

  var asked: Int { count.withLock { $0 } }

  func addresses(of host: String) async throws -> [IPAddress] {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let answer = answers[min(number, answers.count) - 1]
    while answer.isEmpty { try await Task.sleep(for: .seconds(1)) }
    return answer.compactMap { IPAddress($0) }
  }
}
