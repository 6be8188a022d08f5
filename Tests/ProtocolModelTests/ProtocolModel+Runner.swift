import Jobs

/// The turns of `JobRunner`: what a process knows and does by itself.
extension ProtocolModel {
  func runnerSteps(of process: Int, in state: ModelState) -> [Step] {
    let runner = state.processes[process]
    var steps: [Step] = []
    for work in runner.works {
      switch work.phase {
      case .unheard: steps.append(.hear(process))
      case .running: steps += ends(of: work, in: process)
      case .unheeded where work.job != scenario.poison: steps.append(.fallSilent(process, work))
      case .unheeded: break
      case .ended:
        steps.append(.finish(process, work, isHeard: true))
        if state.isStanding(work) { steps.append(.finish(process, work, isHeard: false)) }
      }
    }
    let isWorking = runner.hasSlots || runner.works.contains { $0.phase == .running }
    if isWorking { steps += looks(of: process, in: state) }
    if runner.sight != nil { steps.append(.actOnSight(process)) }
    if runner.isDraining, isOn(.exitWaitsForNothing) || !runner.isHearing && !runner.isWriting {
      steps.append(.exit(process))
    }
    if !runner.coversLease, !isAnyLeaseToRenew(in: state) { steps.append(.cover(process)) }
    if state.request?.process == process { steps.append(.answer(process)) }
    return steps
  }

  private func ends(of work: Work, in process: Int) -> [Step] {
    var steps: [Step] = []
    if work.job != scenario.poison {
      steps.append(.end(process, work, .success))
      if scenario.mayErr { steps.append(.end(process, work, .error)) }
    }
    if scenario.mayTimeOut { steps.append(.giveUp(process, work)) }
    return steps
  }

  private func looks(of process: Int, in state: ModelState) -> [Step] {
    let runner = state.processes[process]
    let hasLost = runner.works.contains { $0.phase == .running && !state.isStanding($0) }
    var steps: [Step] = []
    if hasLost || runner.hasLapsed || !runner.isMember { steps.append(.renew(process)) }
    if isOn(.lookActsLate) ? runner.sight == nil : hasLost { steps.append(.look(process)) }
    return steps
  }

  /// In the time of a lease every living holder renews its own.
  private func isAnyLeaseToRenew(in state: ModelState) -> Bool {
    state.processes.indices.contains { index in
      state.processes[index].isUp && state.processes[index].hasLapsed && state.needsLease(index)
    }
  }

  /// The claim's answer arrives. A runner that drains gives the job back unseen; one that works on an older attempt of
  /// the same job stops that.
  func hear(_ process: Int, in state: inout ModelState) {
    let isDraining = state.processes[process].isDraining
    for work in state.processes[process].works where work.phase == .unheard {
      for older in state.processes[process].works where older.job == work.job && older.phase == .running {
        state.processes[process].change(older, to: .unheeded)
      }
      state.processes[process].change(work, to: isDraining ? .ended(.release) : .running)
    }
  }

  func giveUp(_ work: Work, in process: inout ModelProcess) {
    process.change(work, to: .unheeded)
    process.works.append(Work(job: work.job, epoch: work.epoch, phase: .ended(.timeout)))
  }

  func renew(_ process: Int, in state: inout ModelState) {
    state.processes[process].hasLapsed = false
    state.processes[process].isMember = true
    interruptLost(process, in: &state)
  }

  /// `look` does not suspend between the reading and the comparison; the flaw does.
  func look(_ process: Int, in state: inout ModelState) {
    guard isOn(.lookActsLate) else { return interruptLost(process, in: &state) }
    state.processes[process].sight = Set(
      state.processes[process].works.filter { state.isStanding($0) && $0.phase == .running }.map(\.job))
  }

  func actOnSight(_ process: Int, in state: inout ModelState) {
    let sight = state.processes[process].sight ?? []
    state.processes[process].sight = nil
    for work in state.processes[process].works where work.phase == .running && !sight.contains(work.job) {
      state.processes[process].change(work, to: .unheeded)
    }
  }

  private func interruptLost(_ process: Int, in state: inout ModelState) {
    for work in state.processes[process].works where work.phase == .running && !state.isStanding(work) {
      state.processes[process].change(work, to: .unheeded)
    }
  }

  /// `giveBack`: stops what runs, and puts a release for each in line.
  func giveBack(_ process: inout ModelProcess) {
    process.isDraining = true
    for work in process.works where work.phase == .running {
      process.change(work, to: .unheeded)
      process.works.append(Work(job: work.job, epoch: work.epoch, phase: .ended(.release)))
    }
  }
}

extension ModelProcess {
  mutating func change(_ work: Work, to phase: Work.Phase, _ slot: Work.Slot? = nil) {
    guard let index = works.firstIndex(of: work) else { return }
    works[index].phase = phase
    works[index].slot = slot ?? work.slot
  }

  mutating func change(_ work: Work, to slot: Work.Slot) {
    change(work, to: work.phase, slot)
  }

  mutating func remove(_ work: Work) {
    guard let index = works.firstIndex(of: work) else { return }
    works.remove(at: index)
  }
}
