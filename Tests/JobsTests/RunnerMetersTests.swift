import CoreMetrics
import Foundation
import Jobs
import JobsSQLite
import MetricsTestKit
import TestSupport
import Testing

@Suite("What a runner counts", .serialized)
struct RunnerMetersTests {
  private let kind = [("kind", "scripted")]

  @Test("is the pick-up of each job, once, each attempt by how its work returned, and each further attempt")
  func attempts() async throws {
    let factory = TestMetrics()
    let bench = try withMetricsFactory(factory) { try Bench() }
    let good = try await bench.submit("good")
    let bad = try await bench.submit("bad")
    let work = Scripted { input, _ in
      if input == "bad" { throw CocoaError(.fileNoSuchFile) }
      return ""
    }
    try await withMetricsFactory(factory) {
      try await bench.whileWorking(work) {
        try await bench.eventually(good, .complete)
        try await bench.eventually(bad, .failed)
      }
    }
    #expect(try factory.expectTimer("orders_job_pickup_seconds", kind).values.count == 2)
    #expect(try factory.expectTimer("orders_job_run_seconds", kind + [("outcome", "complete")]).values.count == 1)
    #expect(try factory.expectTimer("orders_job_run_seconds", kind + [("outcome", "failed")]).values.count == 3)
    #expect(try factory.expectCounter("orders_retries_total", kind).totalValue == 2)
    #expect(try factory.expectMeter("orders_process_running", kind).values.last == 0)
    #expect(try ends(.complete, in: factory) == 1)
    #expect(try ends(.failed, in: factory) == 1)
    let commits = try factory.expectCounter("orders_store_commits_total").totalValue
    #expect(commits > 0 && commits == Int64(bench.store.commits))
    // Two acceptances, four starts, four ends.
    #expect(try factory.expectRecorder("orders_store_rows_per_commit").values.reduce(0, +) == 10)
  }

  @Test("is how long work took to stop that was told to")
  func stopping() async throws {
    let factory = TestMetrics()
    let bench = try withMetricsFactory(factory) { try Bench() }
    let id = try await bench.submit()
    let work = Scripted { _, _ in
      try? await Task.sleep(for: .seconds(60))
      try await Task { try await Task.sleep(for: .milliseconds(30)) }.value
      return ""
    }
    try await withMetricsFactory(factory) {
      try await bench.whileWorking(work) {
        try await bench.eventually(id, .running)
        _ = try await bench.store.cancel(id, at: .now)
        try await eventually("the work has stopped") {
          (try? factory.expectTimer("orders_job_cancel_seconds", kind).values.count) == 1
        }
      }
    }
    #expect(try factory.expectTimer("orders_job_cancel_seconds", kind).values.allSatisfy { $0 >= 30_000_000 })
    #expect(try factory.expectTimer("orders_job_run_seconds", kind + [("outcome", "interrupted")]).values.count == 1)
    #expect(try ends(.cancelled, in: factory) == 1)
  }

  private func ends(_ status: JobStatus, in factory: TestMetrics) throws -> Int64 {
    let labels = [("kind", Scripted.kind.rawValue), ("status", status.rawValue)]
    return try factory.expectCounter("orders_finished_total", labels).totalValue
  }
}
