import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Supervision

@Suite("Supervision")
struct SupervisionTests {
  private let folder: TemporaryFolder
  private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Runs `body` while the supervision does, which ends with it.
  private func running(
    _ supervision: Supervision, _ body: @escaping @Sendable () throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await supervision.run() }
      try await blocking(body)
      group.cancelAll()
    }
  }

  @Test("a manager hears of readiness and of the end, by a path or an abstract name", arguments: [true, false])
  func lifetime(isAbstract: Bool) async throws {
    let receiver = try NotifyReceiver((isAbstract ? "@" : "") + folder.path + "/n")
    let supervision = try #require(
      Supervision(environment: ["NOTIFY_SOCKET": receiver.name], pid: 1, logger: logger))
    supervision.ready("serving")
    supervision.stopping("draining")
    let told = try await blocking { [receiver.next(), receiver.next()] }
    #expect(told == [["READY=1", "STATUS=serving"], ["STOPPING=1", "STATUS=draining"]])
  }

  @Test(
    "nobody is told where there is no manager, or where its address makes no sense",
    arguments: [nil, "", "/", "relative", "vsock:2:1234", "/" + String(repeating: "n", count: 107)])
  func nobody(name: String?) {
    var environment: [String: String] = [:]
    environment["NOTIFY_SOCKET"] = name
    #expect(Supervision(environment: environment, pid: 1, logger: logger) == nil)
  }

  @Test("a name of 107 bytes is the longest")
  func longest() throws {
    let name = "/" + String(repeating: "n", count: 106)
    #expect(Supervision(environment: ["NOTIFY_SOCKET": name], pid: 1, logger: logger) != nil)
  }

  @Test("a manager that is gone ends nothing")
  func gone() throws {
    let supervision = try #require(
      Supervision(environment: ["NOTIFY_SOCKET": folder.path + "/gone"], pid: 1, logger: logger))
    supervision.ready("serving")
  }

  @Test("the beat is a quarter of what the manager asks for, and nothing where it watches another process")
  func beat() {
    func beat(_ microseconds: String?, of watched: String? = nil) -> Duration? {
      var environment: [String: String] = [:]
      environment["WATCHDOG_USEC"] = microseconds
      environment["WATCHDOG_PID"] = watched
      return Supervision.beat(environment: environment, pid: 7)
    }
    #expect(beat("30000000") == .milliseconds(7500))
    #expect(beat("500000", of: "7") == .milliseconds(125))
    #expect(beat("500000", of: "8") == nil)
    for nonsense in [nil, "", "0", "3", "-5", "soon", "99999999999999999999"] { #expect(beat(nonsense) == nil) }
  }

  @Test("signs of life come while all parts answer, stop while one is stuck and is named, and come again")
  func stuck() async throws {
    let receiver = try NotifyReceiver(folder.path + "/n")
    let supervision = try #require(
      Supervision(
        environment: ["NOTIFY_SOCKET": receiver.name, "WATCHDOG_USEC": "200000"], pid: 1, logger: logger))
    let part = StuckPart()
    supervision.watch([Vital("the well one") {}, Vital("the other one") { await part.answer() }])
    try await running(supervision) {
      for _ in 1...3 { try receiver.await("WATCHDOG=1") }
      part.isStuck = true
      try receiver.await("STATUS=stuck: the other one")
      // Twenty beats.
      let deadline = ContinuousClock.now + .seconds(1)
      while ContinuousClock.now < deadline {
        let told = receiver.next(within: .milliseconds(50)) ?? []
        #expect(!told.contains("WATCHDOG=1"))
      }
      part.isStuck = false
      try receiver.await("STATUS=answering again")
      try receiver.await("WATCHDOG=1")
    }
  }
}

/// Answers at once, or when it is stuck no more.
private final class StuckPart: Sendable {
  private let state = Mutex((isStuck: false, waiting: [CheckedContinuation<Void, Never>]()))

  var isStuck: Bool {
    get { state.withLock { $0.isStuck } }
    set {
      let waiting = state.withLock { state in
        state.isStuck = newValue
        defer { if !newValue { state.waiting = [] } }
        return newValue ? [] : state.waiting
      }
      for waiter in waiting { waiter.resume() }
    }
  }

  func answer() async {
    await withCheckedContinuation { waiter in
      let isWell = state.withLock { state in
        if state.isStuck { state.waiting.append(waiter) }
        return !state.isStuck
      }
      if isWell { waiter.resume() }
    }
  }
}
