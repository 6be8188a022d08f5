import Jobs
import Kinds
import Orders
import Testing

@testable import JobsHTTP

@Suite("Retry-After")
struct RetryAfterTests {
  private func job(_ status: JobStatus, percent: Int, after milliseconds: Int64) -> Job {
    Job(
      id: JobID(rawValue: 1), kind: Kind.orders.name, owner: "", status: status, input: [], attempt: 1, epoch: 1,
      progress: JobProgress(percent: percent), failure: nil, change: 1, createdAt: Timestamp(milliseconds: 0),
      startedAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: milliseconds), finishedAt: nil)
  }

  @Test(
    "is a tenth of the time that is left at the pace so far, between a second and a minute",
    arguments: [
      (50, 1000, 1), (50, 100_000, 10), (99, 100_000, 1), (1, 3_600_000, 60), (100, 1000, 1), (50, -5000, 1),
      (90, 3_600_000, 40), (99, 3_600_000, 4), (1, .max / 4, 60),
    ] as [(Int, Int64, Int)])
  func running(percent: Int, elapsed: Int64, expected: Int) {
    let job = job(.running, percent: percent, after: elapsed)
    #expect(RetryAfter.seconds(for: job, at: job.updatedAt) == expected)
  }

  @Test(
    "grows with the time that work shows no progress",
    arguments: [(0, 1000, 1), (0, 300_000, 30), (0, 3_600_000, 60), (99, 100_000, 10)] as [(Int, Int64, Int)])
  func still(percent: Int, since: Int64, expected: Int) {
    let job = job(.running, percent: percent, after: 0)
    #expect(RetryAfter.seconds(for: job, at: Timestamp(milliseconds: since)) == expected)
  }

  private static func load(_ queued: Int, _ rate: Double, of kind: JobKind = Kind.orders.name) -> Load {
    Load(queued: [kind: queued], endsPerSecond: rate)
  }

  @Test(
    "of an order that waits is a tenth of what the queue of its kind takes, or of its age",
    arguments: [
      (nil, 1000, 1), (load(0, 0), 0, 1),
      (load(1000, 10), 0, 10),
      (load(100_000, 10), 0, 60),
      (load(100_000, 10, of: JobKind(rawValue: "report")), 0, 1),
      (load(100, 10_000), 200_000, 20),
    ] as [(Load?, Int64, Int)])
  func waiting(load: Load?, age: Int64, expected: Int) {
    #expect(
      RetryAfter.seconds(
        for: job(.started, percent: 0, after: 0), load: load, at: Timestamp(milliseconds: age)) == expected)
    if age == 0 { #expect(RetryAfter.seconds(toBegin: Kind.orders.name, under: load) == expected) }
  }

  @Test(
    "of a full queue is the time in which a tenth of it is worked off, between a second and two minutes",
    arguments: [
      (100_000, 10_000.0, 0, 1), (100_000, 500, 0, 20), (10, 0.1, 0, 10), (100_000, 1, 0, 120), (100_000, 0, 0, 120),
      (0, 0, 0, 1), (5, nil, 0, 5), (5, 1000, 300, 30), (1000, 1, 300, 100), (5, 1000, 9999, 120), (5, 1000, -9, 1),
    ] as [(Int, Double?, Double, Int)])
  func queue(queued: Int, rate: Double?, age: Double, expected: Int) {
    #expect(RetryAfter.seconds(forQueueOf: queued, perSecond: rate, oldestFor: age) == expected)
  }
}
