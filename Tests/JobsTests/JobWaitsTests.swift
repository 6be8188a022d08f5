import JobsSQLite
import Logging
import TestSupport
import Testing

@testable import Jobs

@Suite("Waiting for jobs")
struct JobWaitsTests {
  private let folder = try! TemporaryFolder()

  /// Waits over a store of their own, listening.
  private func withWaits(_ body: (SQLiteJobStore, JobWaits) async throws -> Void) async throws {
    let store = try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite")
    let waits = JobWaits(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let listening = Task { try await waits.run() }
    try await body(store, waits)
    listening.cancel()
    _ = try? await listening.value
    await store.close()
  }

  private func submit(_ store: SQLiteJobStore) async throws -> Job {
    let submission = try await store.submit(
      NewJob(kind: JobKind(rawValue: "order"), input: []), limits: QueueLimits(jobs: 100_000), at: .now)
    guard case .accepted(let id) = submission, let job = try await store.read(id) else {
      throw StoreError(.unusable, operation: "submit", cause: "\(submission)")
    }
    return job
  }

  private func inAMinute() -> MonotonicTime { .now.advanced(by: .seconds(60)) }

  @Test("a change wakes those who wait for that job, and nobody else")
  func wakes() async throws {
    try await withWaits { store, waits in
      var jobs: [Job] = []
      for _ in 0..<20 { jobs.append(try await submit(store)) }
      let deadline = inAMinute()
      let waiting = jobs.flatMap { job in
        (0..<3).map { _ in Task { await waits.wait(for: job.id, past: job.change, until: deadline) } }
      }
      try await eventually("all wait") { waits.count == 60 }
      _ = try await store.cancel(jobs[7].id, at: .now)
      for waiter in waiting[21..<24] { await waiter.value }
      #expect(waits.count == 57)
      waits.drain()
      for waiter in waiting { await waiter.value }
      #expect(waits.count == 0)
    }
  }

  @Test("whoever waits for anything is woken by any change, and at once by one it missed")
  func anything() async throws {
    try await withWaits { store, waits in
      let job = try await submit(store)
      await waits.wait(for: nil, past: job.change - 1, until: inAMinute())
      async let news: Void = waits.wait(for: nil, past: job.change, until: inAMinute())
      try await eventually("one waits") { waits.count == 1 }
      _ = try await submit(store)
      await news
      #expect(waits.count == 0)
    }
  }

  @Test("a change between the caller's read and its wait is not missed")
  func missed() async throws {
    try await withWaits { store, waits in
      for _ in 0..<50 {
        let job = try await submit(store)
        async let cancelled = store.cancel(job.id, at: .now)
        await waits.wait(for: job.id, past: job.change, until: inAMinute())
        _ = try await cancelled
      }
    }
  }

  @Test("waits end at their deadline, and those of cancelled tasks at once")
  func ends() async throws {
    try await withWaits { store, waits in
      let job = try await submit(store)
      let start = MonotonicTime.now
      await waits.wait(for: job.id, past: job.change, until: start.advanced(by: .milliseconds(200)))
      #expect(MonotonicTime.now >= start.advanced(by: .milliseconds(200)))
      let waiting = Task { await waits.wait(for: job.id, past: job.change, until: inAMinute()) }
      try await eventually("one waits") { waits.count == 1 }
      waiting.cancel()
      await waiting.value
      #expect(waits.count == 0)
    }
  }

  @Test("the table finds the late ones by their time, wherever the clock has got to")
  func table() async {
    var table = WaiterTable(grain: .milliseconds(10))
    func due(at now: Int64) -> Int {
      let waiters = table.take(dueAt: MonotonicTime(milliseconds: now))
      for waiter in waiters { waiter.continuation.resume() }
      return waiters.count
    }
    let waiters = AsyncStream<Waiter>.makeStream()
    let waiting = ([1000, 1005, 1500, 900_000] as [Int64]).map { deadline in
      Task {
        await withCheckedContinuation { continuation in
          waiters.continuation.yield(
            Waiter(id: nil, change: 0, deadline: MonotonicTime(milliseconds: deadline), continuation: continuation))
        }
      }
    }
    var number: UInt64 = 0
    for await waiter in waiters.stream {
      number += 1
      table.add(waiter, number)
      if number == 4 { break }
    }
    #expect(table.count == 4)
    #expect(due(at: 999) == 0)
    #expect(due(at: 1000) == 0)
    #expect(due(at: 1010) == 2)
    #expect(due(at: 1010) == 0)
    #expect(due(at: 5_000_000) == 2)
    #expect(table.count == 0)
    for waiter in waiting { await waiter.value }
  }
}
