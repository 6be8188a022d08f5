import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("A turn that doesn't end", .serialized)
struct TurnTests {
  let bench = try! SQLiteBench()

  @Test("writes fail as unavailable and name the holder, reads go on, and all is well when the turn ends")
  func watchdog() async throws {
    let store = try bench.open(.init(turnLimit: .seconds(3)))
    _ = try await store.submit("before")
    let turn = HeldTurn(of: bench.path)
    for _ in 0..<2 {
      let error = await #expect(throws: StoreError.self) { try await store.submit("during") }
      #expect(error?.code == .unavailable)
      #expect(error?.cause.contains("process 4711") == true)
    }
    #expect(try await store.job(1)?.status == .started)
    #expect(try await store.health().fault != nil)
    turn.release()
    #expect(try await store.submit("after") == .accepted(JobID(rawValue: 2)))
    #expect(try await store.health().fault == nil)
  }

  @Test("a store that nobody writes to finds out by itself that it can write again")
  func probe() async throws {
    let store = try bench.open(.init(turnLimit: .seconds(3)))
    let turn = HeldTurn(of: bench.path)
    await #expect(throws: StoreError.self) { try await store.submit() }
    turn.release()
    try await eventually("it can write") { try await store.health().fault == nil }
  }

  @Test("opening gives up after the limit, and leaves no member behind")
  func opening() async throws {
    let store = try bench.open()
    let turn = HeldTurn(of: bench.path)
    let error = #expect(throws: StoreError.self) { try bench.open(.init(turnLimit: .milliseconds(50))) }
    #expect(error?.code == .unavailable && error?.cause.contains("process 4711") == true)
    turn.release()
    _ = try await store.submit()
    #expect(try await store.health().members.count == 1)
  }

  @Test("closing gives up after the limit, and siblings see the member gone")
  func closing() async throws {
    let (one, two) = (try bench.open(.init(turnLimit: .seconds(3))), try bench.open())
    let turn = HeldTurn(of: bench.path)
    await one.close()
    #expect(try await two.health().members.count == 1)
    let error = await #expect(throws: StoreError.self) { try await one.read(JobID(rawValue: 1)) }
    #expect(error?.code == .closed)
    turn.release()
  }

  @Test("after an outage holders renew first: a lease that ran out during it takes nothing")
  func outage() async throws {
    let lease = Duration.milliseconds(200)
    let holder = try bench.open(.init(lease: lease, turnLimit: .seconds(3)))
    let reaper = try bench.open(.init(lease: lease, turnLimit: .seconds(3)))
    _ = try await holder.submit()
    let tenure = try #require(try await holder.claim(Room(1, of: [.order: 3]), at: .at(1)).first?.tenure)
    let turn = HeldTurn(of: bench.path)
    let end = MonotonicTime.now.advanced(by: lease * 2)
    while MonotonicTime.now < end {
      await #expect(throws: StoreError.self) {
        try await holder.renew([JobReport(tenure: tenure)], as: MemberState(), at: .at(1))
      }
    }
    turn.release()
    #expect(try await reaper.reap(at: .at(1)).isEmpty)
    #expect(try await holder.renew([JobReport(tenure: tenure)], as: MemberState(), at: .at(1)).isEmpty)
    #expect(try await reaper.reap(at: .at(1)).isEmpty)
  }

  @Test("a lease counts as over only after writes that succeeded for a whole lease, without a gap")
  func span() {
    func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(milliseconds: milliseconds) }
    var span = WritableSpan(lease: .seconds(10))
    #expect(!span.coversLease(at: at(0)))
    for second in stride(from: Int64(0), through: 10, by: 2) { span.succeeded(at: at(second * 1000)) }
    #expect(!span.coversLease(at: at(9_999)))
    #expect(span.coversLease(at: at(10_000)))
    #expect(span.coversLease(at: at(15_000)))
    #expect(!span.coversLease(at: at(15_001)))
    span.succeeded(at: at(16_000))
    #expect(!span.coversLease(at: at(16_000)))
    for second in stride(from: Int64(20), through: 26, by: 3) { span.succeeded(at: at(second * 1000)) }
    #expect(span.coversLease(at: at(26_000)))
    span.failed()
    #expect(!span.coversLease(at: at(26_000)))
  }
}

extension SQLiteJobStore {
  fileprivate func job(_ id: Int64) async throws -> Job? { try await read(JobID(rawValue: id)) }
}
