extension ProtocolModel {
  /// Epochs count from the present one, works and processes stand in order, and what means nothing now is forgotten.
  func normal(_ state: ModelState) -> ModelState {
    var state = state
    for process in state.processes.indices {
      for work in state.processes[process].works.indices {
        let (job, epoch) = (state.processes[process].works[work].job, state.processes[process].works[work].epoch)
        state.processes[process].works[work].epoch = epoch == state.rows[job].epoch ? .present : .over
      }
      if state.processes[process].works.count > 1 { state.processes[process].works.sort { $0.code < $1.code } }
      if state.processes[process].hasLapsed { state.processes[process].hasLapsed = state.needsLease(process) }
    }
    for job in state.rows.indices { state.rows[job].epoch = .present }
    return inOrder(state)
  }

  /// No process is special: of all the states that differ in their names only, the one whose processes are in order.
  private func inOrder(_ state: ModelState) -> ModelState {
    let codes = state.processes.indices.map { code(of: $0, in: state) }
    guard zip(codes, codes.dropFirst()).contains(where: { $0 > $1 }) else { return state }
    let order = codes.indices.sorted { (codes[$0], $0) < (codes[$1], $1) }
    var names = order
    for (new, old) in order.enumerated() { names[old] = new }
    var state = state
    state.processes = order.map { state.processes[$0] }
    for job in state.rows.indices {
      if case .process(let holder) = state.rows[job].holder { state.rows[job].holder = .process(names[holder]) }
    }
    if let request = state.request { state.request?.process = names[request.process] }
    return state
  }

  private func code(of process: Int, in state: ModelState) -> Int {
    let it = state.processes[process]
    var code = it.life == .up ? 0 : it.life == .paused ? 1 : 2
    for bit in [it.isDraining, it.isMember, it.hasLapsed, it.coversLease, state.request?.process == process] {
      code = code * 2 + (bit ? 1 : 0)
    }
    for row in state.rows { code = code * 2 + (row.holder == .process(process) ? 1 : 0) }
    for work in it.works { code = code * 256 + work.code }
    return code
  }
}

extension Work {
  /// Different for different works, and below 256.
  fileprivate var code: Int {
    let phase =
      switch phase {
      case .unheard: 1
      case .running: 2
      case .unheeded: 3
      case .ended(.success): 4
      case .ended(.error): 5
      case .ended(.timeout): 6
      case .ended(.release): 7
      }
    return ((job * 2 + epoch) * 8 + phase) * 4 + slot.rawValue
  }
}
