import Jobs

/// The promises of the protocol, as sentences.
enum Invariant: String, Promise, CaseIterable {
  case oneWriter = "only its holder writes to a running job"
  case oneHolder = "a running job keeps its holder and its epoch until the attempt ends"
  case risingEpochs = "an epoch never falls, and each claim and each end raises it"
  case endedEpoch = "no tenure stands on a job that does not run"
  case finality = "a final status never changes"
  case statusTable = "a status changes only as the table says"
  case keptCancel = "a cancel that was acknowledged is kept"
  case oneResult = "a job is complete if, and only if, exactly one result was ever stored"
  case knownHolder = "a running job has a holder, who is a member; no other job has one"
  case holderWorks = "a holder that lives works on its job, or has the end of the attempt in line"
  case limit = "no job has more attempts than the limit"
  case charges = "an attempt counts if it runs, or ended by its own fault or by a death"
  case realDeaths = "no death is counted that nobody died"
  case lostToDeath = "a job is lost with its workers only where a death ends its last attempt"
  case freeShutdown = "planned shutdowns alone fail no job"
  case onlyTheGuilty = "a job that kills no process is not condemned for those that do"
  case oneProgram = "no two attempts of a job overlap where they may not"
  case everyEnd = "every job comes to an end once nothing more goes wrong"
  case innocentEnd = "a job that kills no process comes to its own end beside one that does"

  func holds(in state: ModelState, of model: ProtocolModel) -> Bool {
    let (rows, scenario) = (state.rows, model.scenario)
    return switch self {
    case .endedEpoch:
      state.processes.allSatisfy { process in
        process.works.allSatisfy { $0.epoch < rows[$0.job].epoch || rows[$0.job].status == .running }
      }
    case .keptCancel: rows.allSatisfy { !$0.isPromised || $0.status == .cancelled }
    case .oneResult: rows.allSatisfy { $0.results == ($0.status == .complete ? 1 : 0) }
    case .knownHolder: rows.allSatisfy { $0.status == .running ? isMember($0.holder, in: state) : $0.holder == nil }
    case .holderWorks: rows.indices.allSatisfy { isWorkedOn($0, in: state) }
    case .limit: rows.allSatisfy { (0...scenario.attempts).contains($0.attempt) }
    case .charges: rows.allSatisfy(isChargedByCause)
    case .realDeaths:
      scenario.poison != nil || rows.allSatisfy { $0.deaths <= scenario.budget.deaths - state.budget.deaths }
    case .oneProgram: rows.indices.allSatisfy { state.livePrograms(of: $0) <= 1 }
    case .freeShutdown: rows.allSatisfy { $0.status != .failed || $0.faults + $0.deaths > 0 }
    case .onlyTheGuilty:
      scenario.poison == nil || rows.indices.allSatisfy { rows[$0].failure != .workerLost || $0 == scenario.poison }
    default: true
    }
  }

  func holds(from before: ModelState, by step: Step, to after: ModelState, of model: ProtocolModel) -> Bool {
    if case .finish(let process, let work, _) = step, self == .oneWriter {
      let holder = before.rows[work.job].holder
      return after.rows[work.job] == before.rows[work.job] || holder == .process(process)
    }
    return zip(before.rows, after.rows).allSatisfy { holds(from: $0, by: step, to: $1, of: model) }
  }

  private func holds(from before: Row, by step: Step, to after: Row, of model: ProtocolModel) -> Bool {
    switch self {
    case .oneHolder:
      guard before.status == .running, after.status == .running else { return true }
      // The death of the holder changes what is known of it, not who it is.
      return after.epoch == before.epoch && (after.holder == before.holder || after.holder?.isProcess == false)
    case .risingEpochs:
      return after.epoch > before.epoch || after.epoch == before.epoch && after.status == before.status
    case .finality: return !before.status.isFinal || after.status == before.status && after.failure == before.failure
    case .statusTable:
      return after.status == before.status || JobEvent.allCases.contains { before.status.after($0) == after.status }
    case .lostToDeath:
      guard after.failure == .workerLost, before.failure == nil else { return true }
      return step.isTakeOver && before.status == .running && after.attempt == model.scenario.attempts
    default: return true
    }
  }

  func isGoal(_ state: ModelState, of model: ProtocolModel) -> Bool? {
    switch self {
    case .everyEnd: state.rows.count == model.scenario.jobs && state.rows.allSatisfy(\.status.isFinal)
    case .innocentEnd:
      model.scenario.poison.map { poison in
        state.rows.count == model.scenario.jobs
          && state.rows.indices.allSatisfy { $0 == poison || state.rows[$0].hasItsOwnEnd }
      }
    default: nil
    }
  }

  private func isMember(_ holder: Holder?, in state: ModelState) -> Bool {
    switch holder {
    case .process(let process): state.processes[process].life != .down && state.processes[process].isMember
    case .dead: true
    case .unknown, nil: false
    }
  }

  private func isWorkedOn(_ job: Int, in state: ModelState) -> Bool {
    guard case .process(let holder) = state.rows[job].holder else { return true }
    return state.processes[holder].works.contains {
      $0.job == job && $0.epoch == state.rows[job].epoch && $0.phase != .unheeded
    }
  }

  private func isChargedByCause(_ row: Row) -> Bool {
    let ended = row.faults + row.deaths - row.spared
    return switch row.status {
    case .started, .failed: row.attempt == ended
    case .running, .complete: row.attempt == ended + 1
    case .cancelled: row.attempt == ended || row.attempt == ended + 1
    }
  }
}

extension Row {
  /// Ended, and not by the death of a process.
  fileprivate var hasItsOwnEnd: Bool { status.isFinal && failure != .workerLost }
}

extension Holder {
  fileprivate var isProcess: Bool {
    if case .process = self { true } else { false }
  }
}

extension Step {
  fileprivate var isTakeOver: Bool {
    switch self {
    case .reap, .reapLiving: true
    default: false
    }
  }
}
