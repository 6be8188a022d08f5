import Jobs
import Orders
import Synchronization
import Testing

@Suite("The work on an order")
struct OrderWorkTests {
  private let input = Array(#"{"products":["y","z"],"amount":2.50}"#.utf8)

  @Test("returns the order with its id, and reports one unit for each product and each later step")
  func result() async throws {
    let reports = Mutex<[JobProgress]>([])
    let context = JobContext(id: JobID(rawValue: 3), attempt: 1, epoch: 1) { report in
      reports.withLock { $0.append(report) }
    }
    let result = try await OrderWork().run(input, in: context)
    #expect(String(decoding: result, as: UTF8.self) == #"{"id":3,"products":["y","z"],"amount":2.50}"#)
    let seen = reports.withLock { $0 }
    #expect(seen.allSatisfy { $0.total == 5 })
    #expect(seen.map(\.completed) == [0, 1, 2, 2, 3, 3, 4, 4, 5])
    #expect(
      seen.map { $0.step ?? "" }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        == ["products", "users", "metadata", "save"])
    #expect(seen.last?.percent == 100)
  }

  @Test("takes its pace for each unit")
  func pace() async throws {
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { _ in }
    let duration = try await ContinuousClock().measure {
      _ = try await OrderWork(pace: .milliseconds(10)).run(input, in: context)
    }
    #expect(duration >= .milliseconds(50))
  }

  @Test("stops at once when its task is cancelled", arguments: [Duration.zero, .seconds(60)])
  func cancellation(pace: Duration) async {
    let work = Task { [input] in
      withUnsafeCurrentTask { if pace == .zero { $0?.cancel() } }
      return try await OrderWork(pace: pace).run(
        input, in: JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { _ in })
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test("fails with a code where the stored order can't be read")
  func unreadable() async {
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { _ in }
    let error = await #expect(throws: JobFailure.self) {
      try await OrderWork().run(Array("nonsense".utf8), in: context)
    }
    #expect(error?.code == "unreadable-order")
  }
}
