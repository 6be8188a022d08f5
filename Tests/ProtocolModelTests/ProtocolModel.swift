import Jobs

/// The protocol as rules: `Store` mirrors the transactions of `JobsSQLite`, `Runner` the turns of `JobRunner`, `World`
/// what befalls the processes.
struct ProtocolModel: Machine {
  let scenario: Scenario
  let flaws: Set<Flaw>

  /// Without the rules that `flaws` switch off.
  init(_ scenario: Scenario, without flaws: Set<Flaw> = []) {
    self.scenario = scenario
    self.flaws = flaws
  }

  var start: ModelState {
    ModelState(
      processes: Array(repeating: ModelProcess(), count: scenario.processes), budget: scenario.budget)
  }

  func steps(from state: ModelState) -> [Step] {
    var steps = worldSteps(from: state)
    for process in state.processes.indices where state.processes[process].isUp {
      steps += storeSteps(of: process, in: state)
      steps += runnerSteps(of: process, in: state)
      steps += programSteps(of: process, in: state)
    }
    return steps
  }

  func take(_ step: Step, from state: ModelState) -> ModelState {
    var state = state
    switch step {
    case .submit: state.rows.append(Row())
    case .submitClaimed(let process):
      state.rows.append(Row())
      claim(state.rows.count - 1, by: process, in: &state)
    case .claim(let process, let job): claim(job, by: process, in: &state)
    case .hear(let process): hear(process, in: &state)
    case .end(let process, let work, let end):
      // The work has seen the end of what it started.
      state.processes[process].change(work, to: .ended(end), work.slot == .live ? .recorded : work.slot)
    case .giveUp(let process, let work): giveUp(work, in: &state.processes[process])
    case .fallSilent(let process, let work): state.processes[process].remove(work)
    case .finish(let process, let work, let isHeard):
      finish(work, in: &state)
      if isHeard { state.processes[process].remove(work) } else { state.processes[process].change(work, to: .none) }
    case .renew(let process): renew(process, in: &state)
    case .look(let process): look(process, in: &state)
    case .actOnSight(let process): actOnSight(process, in: &state)
    case .record(let process, let work): state.processes[process].change(work, to: .recorded)
    case .begin(let process, let work): state.processes[process].change(work, to: .live)
    case .endOrphan(_, let job, let isLive): endOrphan(job, isLive: isLive, in: &state)
    case .endProcess(_, let other, let work): endProcess(work, of: other, in: &state)
    case .reap(let process): takeOver(reapable(by: process, in: state), in: &state)
    case .reapLiving(_, let other): reapLiving(other, in: &state)
    case .cover(let process): state.processes[process].coversLease = true
    case .cancel(let process, let job): cancel(job, by: process, in: &state)
    case .answer: answer(in: &state)
    default: befall(step, in: &state)
    }
    return state
  }

  /// Once nothing goes wrong any more: whoever is stopped or dead stays so, as long as one process is left.
  func isSure(_ step: Step, from state: ModelState) -> Bool {
    switch step {
    case .resume, .restart: !state.processes.contains(where: \.isUp)
    case .end(_, _, let end): end == .success
    case .lapse(let process): !state.processes[process].isUp
    case .giveUp, .cancel, .crash, .pause, .drain, .outage, .reapLiving: false
    default: true
    }
  }

  func isOn(_ flaw: Flaw) -> Bool {
    !flaws.isEmpty && flaws.contains(flaw)
  }
}
