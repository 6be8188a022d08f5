import Jobs

/// What befalls the processes: signals, deaths, time, and new jobs.
extension ProtocolModel {
  func worldSteps(from state: ModelState) -> [Step] {
    var steps: [Step] = []
    if state.rows.count < scenario.jobs, state.processes.contains(where: \.isUp) { steps.append(.submit) }
    if state.budget.outages > 0 { steps.append(.outage) }
    for (index, process) in state.processes.enumerated() {
      switch process.life {
      case .up:
        if state.budget.drains > 0, !process.isDraining { steps.append(.drain(index)) }
        if isPoisoned(process) { steps.append(.strike(index)) }
        if mayPause(index, in: state) { steps.append(.pause(index)) }
        if state.budget.lapses > 0, !process.hasLapsed, state.needsLease(index) { steps.append(.lapse(index)) }
      case .paused:
        steps.append(.resume(index))
        if !process.hasLapsed, state.needsLease(index) { steps.append(.lapse(index)) }
      case .down: steps.append(.restart(index))
      }
      if process.life != .down, state.budget.crashes > 0 { steps.append(.crash(index)) }
    }
    return steps
  }

  private func isPoisoned(_ process: ModelProcess) -> Bool {
    process.works.contains { $0.job == scenario.poison && ($0.phase == .running || $0.phase == .unheeded) }
  }

  private func mayPause(_ process: Int, in state: ModelState) -> Bool {
    guard state.budget.pauses > 0 else { return false }
    guard scenario.pausesPoisonOnly else { return true }
    let held = state.rows.indices.filter { state.rows[$0].holder == .process(process) }
    return held == [scenario.poison]
  }

  func befall(_ step: Step, in state: inout ModelState) {
    switch step {
    case .crash(let process):
      state.budget.crashes -= 1
      die(process, in: &state)
    case .strike(let process): die(process, in: &state)
    case .restart(let process):
      // A new member under the same index: a presence and a row of its own, and no span yet.
      state.processes[process] = ModelProcess(coversLease: !scenario.leasesMatter)
    case .pause(let process):
      state.budget.pauses -= 1
      state.processes[process].life = .paused
    case .resume(let process):
      state.processes[process].life = .up
      state.processes[process].coversLease = false
    case .lapse(let process):
      if state.processes[process].isUp { state.budget.lapses -= 1 }
      state.processes[process].hasLapsed = true
    case .drain(let process):
      state.budget.drains -= 1
      giveBack(&state.processes[process])
    case .exit(let process):
      if isOn(.exitWaitsForNothing) { state.processes[process].isMember = false }
      die(process, in: &state)
    case .outage:
      state.budget.outages -= 1
      for process in state.processes.indices {
        state.processes[process].hasLapsed = true
        state.processes[process].coversLease = false
      }
    default: break
    }
  }

  /// The lock is free at once, and all that was only in memory is lost. The member's row stays until somebody reaps it.
  private func die(_ process: Int, in state: inout ModelState) {
    let held = state.rows.indices.filter { state.rows[$0].holder == .process(process) }
    let holder: Holder = state.processes[process].isMember ? .dead(inCompany: held.count > 1) : .unknown
    for job in held { state.rows[job].holder = holder }
    orphan(state.processes[process].works, in: &state)
    if state.request?.process == process { state.request = nil }
    state.processes[process] = .dead
  }
}
