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

  private let everything = JobTopic.jobs(JobScope(kind: JobKind(rawValue: "order"), owner: ""))

  private func inTenMinutes() -> MonotonicTime { .now.advanced(by: .seconds(600)) }

  @Test("a change wakes those who wait for that job, and nobody else")
  func wakes() async throws {
    try await withWaits { store, waits in
      var jobs: [Job] = []
      for _ in 0..<20 { jobs.append(try await submit(store)) }
      let deadline = inTenMinutes()
      let waiting = jobs.flatMap { job in
        (0..<3).map { _ in Task { _ = await waits.wait(for: .job(job.id), past: job.change, until: deadline) } }
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

  @Test("who waits for all jobs of a user gets each change of them, at once where it missed some, and no other's")
  func all() async throws {
    try await withWaits { store, waits in
      let job = try await submit(store)
      #expect(await waits.wait(for: everything, past: job.change - 1, until: inTenMinutes()).numbers == [job.change])
      let (mark, deadline) = (job.change, inTenMinutes())
      async let news = waits.wait(for: everything, past: mark, until: deadline)
      try await eventually("one waits") { waits.count == 1 }
      _ = try await store.submit(
        NewJob(kind: JobKind(rawValue: "order"), owner: "ann", input: []), limits: QueueLimits(jobs: 9), at: .now)
      let next = try await submit(store)
      #expect(await news.numbers == [next.change])
      _ = try await store.cancel(job.id, at: .now)
      #expect(await waits.wait(for: everything, past: next.change, until: inTenMinutes()).numbers == [next.change + 1])
      #expect(waits.count == 0)
    }
  }

  @Test("a change is read once, however many wait for it, and those who come back are told from memory")
  func readsOnce() async throws {
    try await withWaits { store, waits in
      let job = try await submit(store)
      let (topics, deadline, last) = ([.job(job.id), everything], inTenMinutes(), job.change + 20)
      let waiting = (0..<400).map { number in
        Task { () -> Int64? in
          var (mark, heard) = (job.change, Int64?.none)
          while heard != last {
            guard
              case .changes(let changes, let through) = await waits.wait(
                for: topics[number % 2], past: mark, until: deadline)
            else { return nil }
            (mark, heard) = (through, changes.last?.number)
          }
          return heard
        }
      }
      try await eventually("all wait") { waits.count == 400 }
      let before = store.reads
      // Claimed and given back, again and again: 20 changes of the one job, each of which is heard.
      for change in stride(from: job.change + 1, to: last, by: 2) {
        let claim = try await store.claim(Room(1, of: [JobKind(rawValue: "order"): 3]), at: .now)[0]
        #expect(await waits.wait(for: .job(job.id), past: change - 1, until: deadline).numbers == [change])
        try await store.finish(claim.tenure, as: .release, at: .now)
        #expect(await waits.wait(for: .job(job.id), past: change, until: deadline).numbers == [change + 1])
      }
      for waiter in waiting { #expect(await waiter.value == last) }
      #expect(store.reads - before < 200)
    }
  }

  @Test("who knows too little to be told from memory is told to look, and from where on to wait")
  func unknown() async throws {
    try await withWaits { store, waits in
      let old = try await submit(store)
      for _ in 0..<2500 { _ = try await submit(store) }
      guard case .unknown(let through) = await waits.wait(for: .job(old.id), past: old.change, until: inTenMinutes())
      else {
        Issue.record("it should not be known")
        return
      }
      #expect(through == 2501)
      async let outcome = waits.wait(for: .job(old.id), past: through, until: .now.advanced(by: .seconds(60)))
      try await eventually("it waits") { waits.count == 1 }
      _ = try await store.cancel(old.id, at: .now)
      #expect(await outcome.numbers == [2502])
    }
  }

  @Test("a change between the caller's read and its wait is not missed")
  func missed() async throws {
    try await withWaits { store, waits in
      for _ in 0..<50 {
        let job = try await submit(store)
        async let cancelled = store.cancel(job.id, at: .now)
        let outcome = await waits.wait(for: .job(job.id), past: job.change, until: inTenMinutes())
        #expect(outcome.numbers == [job.change + 1])
        _ = try await cancelled
      }
    }
  }

  @Test("waits end at their deadline, and those of cancelled tasks at once")
  func ends() async throws {
    try await withWaits { store, waits in
      let job = try await submit(store)
      let start = MonotonicTime.now
      _ = await waits.wait(for: .job(job.id), past: job.change, until: start.advanced(by: .milliseconds(200)))
      #expect(MonotonicTime.now >= start.advanced(by: .milliseconds(200)))
      let waiting = Task { _ = await waits.wait(for: .job(job.id), past: job.change, until: inTenMinutes()) }
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
      for waiter in waiters { waiter.continuation.resume(returning: .nothing(through: 0)) }
      return waiters.count
    }
    let waiters = AsyncStream<Waiter>.makeStream()
    let waiting = ([1000, 1005, 1500, 900_000] as [Int64]).map { deadline in
      Task {
        _ = await withCheckedContinuation { continuation in
          waiters.continuation.yield(
            Waiter(
              topic: .job(JobID(rawValue: 1)), mark: 0, deadline: MonotonicTime(milliseconds: deadline),
              continuation: continuation))
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

extension WaitOutcome {
  /// The numbers of the changes it tells of; `nil` where it tells of none.
  fileprivate var numbers: [Int64]? {
    guard case .changes(let changes, _) = self else { return nil }
    return changes.map(\.number)
  }
}
