import Logging

/// Writing what attempts have come to, until the store has taken it.
extension JobRunner {
  /// Writes ends, again and again until the store has taken them: finished work is not lost to a full disk. An end that
  /// the store refuses for good becomes a failure, or its job would be worked on again and end as `worker-lost`. While
  /// draining nothing is tried again where the store's files are lost. Says a fault once, however often it tries.
  func write(_ attempts: [AttemptEnd]) {
    guard !attempts.isEmpty else { return }
    let ends = attempts.map(\.end)
    persist(ends.map(\.tenure)) {
      self.logger.error("finish", metadata: $0)
    } write: { () async throws(StoreError) in
      let stand = try await self.store.finish(ends, at: .now)
      for (attempt, stands) in zip(attempts, stand) {
        if stands {
          attempt.count()
        } else {
          await self.discardFiles(of: attempt)
          self.logger.info("late end refused", metadata: ["job": "\(attempt.end.tenure.id)"])
        }
      }
    } whenRefused: {
      self.writeRefused(attempts)
    }
  }

  /// Of an end that was refused. It may be one that was written before, and not acknowledged: then the job has them. In doubt
  /// they stay, and are removed when this member is dead.
  private func discardFiles(of attempt: AttemptEnd) async {
    guard !attempt.end.files.isEmpty, let named = try? await store.files(of: attempt.end.tenure.id) else { return }
    if named != attempt.end.files { attempt.files?.discard() }
  }

  /// One of these ends is refused: each by itself, and a refused result as a failure without its last report and log.
  private func writeRefused(_ attempts: [AttemptEnd]) {
    if attempts.count > 1 {
      for attempt in attempts { write([attempt]) }
    } else if let attempt = attempts.first, case .complete = attempt.end.outcome {
      attempt.files?.discard()
      write([AttemptEnd(JobEnd(tenure: attempt.end.tenure, outcome: .fail(.resultRefused)), of: attempt.kind)])
    }
  }

  /// Frees the slots of interrupted works that have returned, and keeps their logs, as surely as ends are written.
  func free(_ works: [ReturnedWork]) {
    guard !works.isEmpty else { return }
    persist(works.map(\.tenure)) {
      self.logger.error("free slots", metadata: $0)
    } write: { () async throws(StoreError) in
      do throws(StoreError) {
        try await self.store.free(works)
      } catch {
        // The end of the process frees them.
        if error.code != .closed { throw error }
      }
    }
  }

  /// Calls `write` until it succeeds, or fails for good. Tells `log` of each fault once.
  private func persist(
    _ tenures: [Tenure], log: @escaping (Logger.Metadata) -> Void,
    write: @escaping () async throws(StoreError) -> Void, whenRefused: @escaping () -> Void = {}
  ) {
    finishing += 1
    Task {
      await withTaskExecutorPreference(ownThread) {
        await writeUntilTaken(tenures, log: log, write: write, whenRefused: whenRefused)
      }
      finishing -= 1
      tellWhenEmpty()
    }
  }

  private func writeUntilTaken(
    _ tenures: [Tenure], log: (Logger.Metadata) -> Void, write: () async throws(StoreError) -> Void,
    whenRefused: () -> Void
  ) async {
    var said = ""
    while true {
      do throws(StoreError) {
        return try await write()
      } catch {
        let isGivenUp = isDraining && error.isOfLostFiles
        if said != error.description {
          said = error.description
          log(["jobs": "\(tenures.map(\.id))", "error": "\(error)"])
        }
        if error.code == .refused { whenRefused() }
        if error.code != .unavailable || isGivenUp { return }
        try? await Task.sleep(for: configuration.beat)
      }
    }
  }
}

/// An end that is to be written, and the kind that it is counted for; `nil` for work that never began.
struct AttemptEnd: Sendable {
  let end: JobEnd
  let kind: RunningKind?
  let files: AttemptFiles?

  init(_ end: JobEnd, of kind: RunningKind? = nil, files: AttemptFiles? = nil) {
    self.end = end
    self.kind = kind
    self.files = files
  }

  /// The store has taken it.
  func count() {
    if case .retry = end.outcome { kind?.meters.willRetry() }
  }
}
