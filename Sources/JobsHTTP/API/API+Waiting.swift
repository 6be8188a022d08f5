import Jobs

extension API {
  /// The job once it is final, or as it is at `deadline`; `nil` where there is none.
  func job(_ id: JobID, _ call: Call, notFinishedUntil deadline: MonotonicTime) async throws -> Job? {
    guard let job = try await store.read(id, withInput: false) else { return nil }
    return try await self.job(job, call, notFinishedUntil: deadline)
  }

  func job(_ job: Job, _ call: Call, notFinishedUntil deadline: MonotonicTime) async throws -> Job {
    try await self.job(job, call, until: deadline) { _ in true }
  }

  /// The job, without its input, after each of its changes for as long as `isWaiting` says so of it. Ends early when it is
  /// final, when the process drains and when the client has left. Throws a problem where no wait may begin.
  func job(
    _ job: Job, _ call: Call, until deadline: MonotonicTime, while isWaiting: (Job) -> Bool
  ) async throws -> Job {
    func goesOn(_ job: Job) -> Bool {
      !job.status.isDone && isWaiting(job) && !waits.isDraining && !Task.isCancelled
        && MonotonicTime.now < deadline
    }
    guard goesOn(job) else { return job }
    let seat = try seatForWait(call)
    defer { withExtendedLifetime(seat) {} }
    var job = job
    var mark = job.change
    while goesOn(job) {
      switch await waits.wait(for: .job(job.id), past: mark, until: deadline) {
      case .changes(let changes, let through):
        // One that has expired is answered as it was.
        guard case .job(let next)? = changes.last?.item else { return job }
        (job, mark) = (next, through)
      case .unknown(let through):
        guard let next = try await readAgain(job.id) else { return job }
        (job, mark) = (next, max(through, next.change))
      case .nothing(let through):
        mark = through
      }
    }
    return job
  }

  /// Apart from where requests sleep, for each of which that keeps its memory.
  @inline(never)
  private func readAgain(_ id: JobID) async throws -> Job? {
    try await store.read(id, withInput: false)
  }

  private func seatForWait(_ call: Call) throws -> Seats.Seat {
    do {
      return try seatsForWaits.take(for: client(of: call))
    } catch .allTaken {
      throw Problem.tooManyWaits
    } catch {
      throw Problem.tooManyWaits(ofOneClient: seatsForWaits.share)
    }
  }
}
