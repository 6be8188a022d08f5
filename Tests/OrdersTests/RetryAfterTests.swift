import Jobs
import Testing

@testable import Orders

@Suite("Retry-After")
struct RetryAfterTests {
  private func job(_ status: JobStatus, percent: Int, after milliseconds: Int64) -> Job {
    Job(
      id: JobID(rawValue: 1), kind: OrderWork.kind, owner: "", status: status, input: [], attempt: 1, epoch: 1,
      progress: JobProgress(percent: percent), failure: nil, change: 1, createdAt: Timestamp(milliseconds: 0),
      startedAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: milliseconds), finishedAt: nil)
  }

  @Test(
    "is a tenth of the time that is left, at least a second and at most half a minute",
    arguments: [
      (JobStatus.started, 0, 0, 1), (.running, 0, 3_600_000, 1), (.running, 50, 1000, 1), (.running, 50, 100_000, 10),
      (.running, 99, 100_000, 1), (.running, 1, 3_600_000, 30), (.running, 100, 1000, 1), (.running, 50, -5000, 1),
      (.started, 50, 100_000, 1), (.running, 1, .max, 30),
    ])
  func seconds(status: JobStatus, percent: Int, elapsed: Int64, expected: Int) {
    #expect(RetryAfter.seconds(for: job(status, percent: percent, after: elapsed)) == expected)
  }

  @Test(
    "of a full queue is the time in which a tenth of it is worked off, between a second and two minutes",
    arguments: [
      (100_000, 10_000.0, 1), (100_000, 500, 20), (10, 0.1, 10), (100_000, 1, 120), (100_000, 0, 120), (0, 0, 1),
      (5, nil, 5),
    ] as [(Int, Double?, Int)])
  func queue(queued: Int, rate: Double?, expected: Int) {
    #expect(RetryAfter.seconds(forQueueOf: queued, perSecond: rate) == expected)
  }
}
