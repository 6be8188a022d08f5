/// The processes that work starts outside its own, and the slots that keep the attempts of a job apart: `SQLiteJobStore+Slots`
/// and `JobRunner+Orphans`. Only in a scenario of one attempt at a time.
extension ProtocolModel {
  func programSteps(of process: Int, in state: ModelState) -> [Step] {
    guard scenario.oneAttemptAtATime else { return [] }
    var steps: [Step] = []
    for work in state.processes[process].works {
      // Between its look at the attempt and the beginning the attempt may have come to its end.
      let mayBegin = work.phase == .running || work.phase == .unheeded
      if work.slot == .recorded, mayBegin { steps.append(.begin(process, work)) }
      let mayRecord = state.isStanding(work) || isOn(.recordIgnoresEpoch)
      if work.slot == .held, work.phase == .running, mayRecord { steps.append(.record(process, work)) }
    }
    for job in state.rows.indices {
      for isLive in Set(state.rows[job].orphans) { steps.append(.endOrphan(process, job: job, isLive: isLive)) }
    }
    for other in state.processes.indices where other != process && !state.processes[other].isBelieved {
      for work in state.processes[other].works where work.slot.isRecorded && !state.isHeld(work, by: other) {
        steps.append(.endProcess(process, of: other, work))
      }
    }
    return steps
  }

  /// Whether no earlier attempt keeps the job from being claimed. A slot without a process does that as long as the lease.
  func isFree(_ job: Int, in state: ModelState) -> Bool {
    guard scenario.oneAttemptAtATime, !isOn(.claimIgnoresSlots) else { return true }
    if !state.rows[job].orphans.isEmpty, !isOn(.deathFreesSlots) { return false }
    return !state.processes.contains { process in
      let counts = process.isBelieved || isOn(.slotOutlivesLease)
      return process.works.contains { $0.job == job && ($0.slot.isRecorded || $0.slot == .held && counts) }
    }
  }

  func endOrphan(_ job: Int, isLive: Bool, in state: inout ModelState) {
    guard let index = state.rows[job].orphans.firstIndex(of: isLive) else { return }
    state.rows[job].orphans.remove(at: index)
    if isLive, isOn(.unknownCountsAsDead) { state.rows[job].strays += 1 }
  }

  func endProcess(_ work: Work, of process: Int, in state: inout ModelState) {
    state.processes[process].change(work, to: .none)
    if work.slot == .live, isOn(.unknownCountsAsDead) { state.rows[work.job].strays += 1 }
  }

  /// The members' works are gone with them, and what these have started may live on.
  func orphan(_ works: [Work], in state: inout ModelState) {
    for work in works where work.slot.isRecorded {
      state.rows[work.job].orphans.append(work.slot == .live)
      state.rows[work.job].orphans.sort { !$0 && $1 }
    }
  }
}

extension ModelState {
  /// Whether the attempt is still that member's.
  fileprivate func isHeld(_ work: Work, by process: Int) -> Bool {
    isStanding(work) && rows[work.job].holder == .process(process)
  }

  /// The programs of a job that run.
  func livePrograms(of job: Int) -> Int {
    rows[job].strays + rows[job].orphans.count { $0 }
      + processes.reduce(0) { $0 + $1.works.count { $0.job == job && $0.slot == .live } }
  }
}

extension ModelProcess {
  /// Its row is there, and its lease is not over.
  fileprivate var isBelieved: Bool { isMember && !hasLapsed }
}
