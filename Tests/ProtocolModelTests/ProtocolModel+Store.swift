import Jobs

/// The transactions of the store, as `JobsSQLite` has them.
extension ProtocolModel {
  func storeSteps(of process: Int, in state: ModelState) -> [Step] {
    var steps: [Step] = []
    for job in state.rows.indices {
      if mayClaim(job, by: process, in: state) { steps.append(.claim(process, job: job)) }
      if state.budget.cancels > 0, state.request == nil { steps.append(.cancel(process, job: job)) }
    }
    if state.rows.count < scenario.jobs {
      var submitted = state
      submitted.rows.append(Row())
      if mayClaim(state.rows.count, by: process, in: submitted) { steps.append(.submitClaimed(process)) }
    }
    if !reapable(by: process, in: state).isEmpty { steps.append(.reap(process)) }
    if state.budget.mistakes > 0 {
      for other in state.processes.indices
      where other != process && state.processes[other].life != .down && state.holds(other) {
        steps.append(.reapLiving(process, of: other))
      }
    }
    return steps
  }

  // MARK: - SQLiteJobStore+Claim

  private func mayClaim(_ job: Int, by process: Int, in state: ModelState) -> Bool {
    let (row, claimer) = (state.rows[job], state.processes[process])
    guard row.status.after(.claim) != nil || isOn(.claimTakesRunning) && row.status == .running else { return false }
    // One claim at a time, and only with room; an ended attempt takes none up, written or not.
    guard !claimer.isDraining, !claimer.isHearing, isFree(job, in: state) else { return false }
    guard claimer.works.count(where: { !$0.phase.isEnd }) < scenario.room else { return false }
    return isOn(.noneIsAlone) || mayShare(row, claimer, process, in: state)
  }

  /// A job that is alone wants a process in which nothing runs or is held; whoever holds one takes nothing more.
  private func mayShare(_ row: Row, _ claimer: ModelProcess, _ process: Int, in state: ModelState) -> Bool {
    let held = state.rows.indices.filter { job in
      guard state.rows[job].holder == .process(process) else { return false }
      return !isOn(.aloneBesideUnwritten) || !claimer.works.contains { $0.job == job && $0.phase.isEnd }
    }
    if held.contains(where: { state.rows[$0].isAlone(of: scenario.attempts) }) { return false }
    guard row.isAlone(of: scenario.attempts) else { return true }
    let isRunning = claimer.works.contains { work in
      !work.phase.isEnd && !(isOn(.aloneBesideUnheeded) && work.phase == .unheeded)
    }
    return held.isEmpty && !isRunning
  }

  func claim(_ job: Int, by process: Int, in state: inout ModelState) {
    state.rows[job].status = state.rows[job].status.after(.claim) ?? .running
    state.rows[job].attempt += 1
    if !isOn(.claimKeepsEpoch) { state.rows[job].epoch += 1 }
    state.rows[job].holder = .process(process)
    state.processes[process].hasLapsed = false
    if !isOn(.claimDoesNotJoin) { state.processes[process].isMember = true }
    state.processes[process].works.append(
      Work(
        job: job, epoch: state.rows[job].epoch, phase: .unheard, slot: scenario.oneAttemptAtATime ? .held : .none))
  }

  // MARK: - SQLiteJobStore+Finish

  /// Whether the end can be written: the `WHERE` of the statements that end an attempt, and of the one `renew` asks.
  func stands(_ work: Work, for event: JobEvent, in state: ModelState) -> Bool {
    let row = state.rows[work.job]
    return (row.epoch == work.epoch || isOn(.finishIgnoresEpoch))
      && (row.status.after(event) != nil || isOn(.finishIgnoresStatus))
  }

  func finish(_ work: Work, in state: inout ModelState) {
    guard case .ended(let end) = work.phase else { return }
    switch end {
    case .success:
      guard stands(work, for: .complete, in: state) else { return }
      state.rows[work.job].results += 1
      self.end(&state.rows[work.job], by: .complete)
    case .error, .timeout:
      guard stands(work, for: .fail, in: state) || isOn(.retryIgnoresCancel) else { return }
      state.rows[work.job].faults += 1
      tryAgain(&state.rows[work.job], orFailBy: end == .error ? .ownError : .timeout)
    case .release:
      guard stands(work, for: .release, in: state) else { return }
      if isOn(.releaseCharges) { return tryAgain(&state.rows[work.job], orFailBy: .ownError) }
      state.rows[work.job].attempt -= 1
      self.end(&state.rows[work.job], by: .release)
    }
  }

  /// The attempt counts: the last one fails the job.
  private func tryAgain(_ row: inout Row, orFailBy failure: Row.Failure) {
    if row.attempt >= scenario.attempts {
      row.failure = failure
      end(&row, by: .fail)
    } else {
      if isOn(.errorChargesNothing), failure != .workerLost { row.attempt -= 1 }
      end(&row, by: .release)
    }
  }

  private func end(_ row: inout Row, by event: JobEvent, keepsEpoch: Bool = false) {
    // Only a flaw gets here from a status in which the event means nothing.
    let forced: JobStatus = event == .complete ? .complete : event == .fail ? .failed : .started
    row.status = row.status.after(event) ?? forced
    if !keepsEpoch { row.epoch += 1 }
    row.holder = nil
  }

  func cancel(_ job: Int, by process: Int, in state: inout ModelState) {
    state.budget.cancels -= 1
    state.request = CancelRequest(job: job, process: process)
    if isOn(.cancelAnswersFirst) {
      state.rows[job].isPromised = !state.rows[job].status.isFinal
    } else {
      commitCancel(of: &state.rows[job])
    }
  }

  func answer(in state: inout ModelState) {
    guard let request = state.request else { return }
    state.request = nil
    if isOn(.cancelAnswersFirst) { return commitCancel(of: &state.rows[request.job]) }
    if state.rows[request.job].status == .cancelled { state.rows[request.job].isPromised = true }
  }

  private func commitCancel(of row: inout Row) {
    guard row.status.after(.cancel) != nil else { return }
    row.status = .cancelled
    if !isOn(.cancelKeepsEpoch) { row.epoch += 1 }
    row.holder = nil
  }

  // MARK: - SQLiteJobStore+Reap

  /// The running jobs of dead members, and of members whose lease is over, if the reaper could write for a lease.
  func reapable(by process: Int, in state: ModelState) -> [Int] {
    state.rows.indices.filter { job in
      switch state.rows[job].holder {
      case .dead: return true
      case .process(let holder) where holder != process:
        let member = state.processes[holder]
        guard member.isMember, member.hasLapsed, !isOn(.reapIgnoresLapsed) else { return false }
        return state.processes[process].coversLease || isOn(.reapIgnoresSpan)
      default: return false
      }
    }
  }

  /// Charges the attempt that a death ended.
  private func takeOver(_ row: inout Row, inCompany: Bool) {
    if isOn(.reapChargesNothing) {
      row.attempt -= 1
      return end(&row, by: .release)
    }
    let attempts = isOn(.reapIgnoresLimit) ? .max : isOn(.reapFailsAtOnce) ? 0 : scenario.attempts
    let count = AttemptCount(attempt: row.attempt, attempts: attempts, deaths: row.deaths)
    let isSpared = inCompany && !isOn(.condemnsInCompany) && !isOn(.reapFailsAtOnce)
    switch count.afterDeath(besideOthers: isSpared) {
    case .fails(let next):
      row.deaths = next.deaths
      row.failure = .workerLost
      end(&row, by: .fail, keepsEpoch: isOn(.reapKeepsEpoch))
    case .waits(let next):
      if next.attempt < row.attempt { row.spared += 1 }
      (row.attempt, row.deaths) = (next.attempt, next.deaths)
      end(&row, by: .release, keepsEpoch: isOn(.reapKeepsEpoch))
    }
  }

  /// A member whose file is gone counts as dead, and its row goes; `Member.renewLease` brings it back.
  func reapLiving(_ other: Int, in state: inout ModelState) {
    state.budget.mistakes -= 1
    takeOver(state.rows.indices.filter { state.rows[$0].holder == .process(other) }, in: &state)
    state.processes[other].isMember = false
    for work in state.processes[other].works where work.slot == .held { state.processes[other].change(work, to: .none) }
  }

  func takeOver(_ jobs: [Int], in state: inout ModelState) {
    let inCompany = jobs.map { state.isInCompany($0) }
    for (job, inCompany) in zip(jobs, inCompany) { takeOver(&state.rows[job], inCompany: inCompany) }
  }
}
