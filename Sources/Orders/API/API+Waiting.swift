import CoreMetrics
import Jobs

extension API {
  /// The job once it is final, or as it is at `deadline`; `nil` where there is none.
  func job(_ id: JobID, notFinishedUntil deadline: MonotonicTime) async throws(StoreError) -> Job? {
    guard let job = try await store.read(id, withInput: false) else { return nil }
    return try await self.job(job, notFinishedUntil: deadline)
  }

  func job(_ job: Job, notFinishedUntil deadline: MonotonicTime) async throws(StoreError) -> Job {
    try await self.job(job, until: deadline) { _ in true }
  }

  /// Reads the job, without its input, after each of its changes for as long as `isWaiting` says so of it. Ends early when it is final, when
  /// the process drains and when the client has left.
  func job(
    _ job: Job, until deadline: MonotonicTime, while isWaiting: (Job) -> Bool
  ) async throws(StoreError) -> Job {
    var job = job
    meters.waits.increment()
    defer { meters.waits.decrement() }
    while !job.status.isDone, isWaiting(job), !waits.isDraining, !Task.isCancelled, MonotonicTime.now < deadline {
      await waits.wait(for: job.id, past: job.change, until: deadline)
      guard let next = try await store.read(job.id, withInput: false) else { break }
      job = next
    }
    return job
  }
}
