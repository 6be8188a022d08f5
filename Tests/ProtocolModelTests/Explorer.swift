/// What can be explored: a start, and from each state the steps that may come next.
protocol Machine {
  associatedtype State: Hashable & CustomStringConvertible
  associatedtype Step: CustomStringConvertible

  var start: State { get }
  func steps(from state: State) -> [Step]
  func take(_ step: Step, from state: State) -> State
  /// One state for all those that differ in nothing that matters (processes swapped, for example).
  func normal(_ state: State) -> State
  /// Whether the step may be counted on: it needs no fault, no client and no operator.
  func isSure(_ step: Step, from state: State) -> Bool
}

/// A promise that may be broken by a state, by a step, or by a state from which there is no way on to a goal.
protocol Promise: Hashable {
  associatedtype Model: Machine

  func holds(in state: Model.State, of model: Model) -> Bool
  func holds(from before: Model.State, by step: Model.Step, to after: Model.State, of model: Model) -> Bool
  /// Nil for a promise of safety. A promise of liveness is kept if from every state that is not excused there is a way
  /// of sure steps to one that is a goal: once nothing more goes wrong, fair scheduling gets there.
  func isGoal(_ state: Model.State, of model: Model) -> Bool?
}

/// Breadth first through every state of a machine, so that what breaks a promise comes with the shortest way to it.
struct Explorer<Kept: Promise> {
  typealias State = Kept.Model.State
  typealias Step = Kept.Model.Step

  struct Finding {
    var promise: Kept
    /// One line for each step, then the state they lead to.
    var trace: String
  }

  let model: Kept.Model
  let promises: [Kept]
  private(set) var states: [State] = []
  /// The first promise broken, by the shortest way.
  private(set) var finding: Finding?
  /// Whether every state was visited.
  private(set) var isComplete = false
  private var numbers: [State: Int] = [:]
  private var predecessors: [Int] = []
  private var sureSteps: [(from: Int, to: Int)] = []

  /// Explores until a promise is broken, or to the end; beyond `limit` states it takes the machine for endless.
  init(_ model: Kept.Model, keeps promises: [Kept], limit: Int = 250_000) {
    self.model = model
    self.promises = promises
    visit(model.normal(model.start), from: -1)
    var next = 0
    while next < states.count, finding == nil, states.count <= limit {
      expand(next)
      next += 1
    }
    isComplete = next == states.count
    if isComplete { lookForDeadEnds() }
  }

  private mutating func expand(_ number: Int) {
    let state = states[number]
    for step in model.steps(from: state) {
      let raw = model.take(step, from: state)
      let broken = promises.first { !$0.holds(from: state, by: step, to: raw, of: model) }
      let successor = visit(model.normal(raw), from: number)
      if let broken { report(broken, trace(to: number) + [(step, raw)]) }
      if finding != nil { return }
      if model.isSure(step, from: state) { sureSteps.append((number, successor)) }
    }
  }

  /// The state's number; it is new if it has the highest.
  @discardableResult
  private mutating func visit(_ state: State, from predecessor: Int) -> Int {
    if let number = numbers[state] { return number }
    let number = states.count
    numbers[state] = number
    states.append(state)
    predecessors.append(predecessor)
    if let broken = promises.first(where: { !$0.holds(in: state, of: model) }) { report(broken, trace(to: number)) }
    return number
  }

  // MARK: - Liveness

  private mutating func lookForDeadEnds() {
    for promise in promises {
      let goals = states.indices.filter { promise.isGoal(states[$0], of: model) ?? true }
      guard goals.count < states.count else { continue }
      let arriving = statesArriving(at: goals)
      guard let stuck = states.indices.first(where: { !arriving[$0] }) else { continue }
      return report(promise, trace(to: stuck))
    }
  }

  /// Whence sure steps lead to `goals`.
  private func statesArriving(at goals: [Int]) -> [Bool] {
    var sources = [[Int]](repeating: [], count: states.count)
    for step in sureSteps { sources[step.to].append(step.from) }
    var arriving = [Bool](repeating: false, count: states.count)
    var open = goals
    for goal in goals { arriving[goal] = true }
    while let number = open.popLast() {
      for source in sources[number] where !arriving[source] {
        arriving[source] = true
        open.append(source)
      }
    }
    return arriving
  }

  // MARK: - Traces

  private mutating func report(_ promise: Kept, _ trace: [(step: Step, state: State)]) {
    guard finding == nil else { return }
    let lines = trace.enumerated().map { "\($0.offset + 1). \($0.element.step)" }
    finding = Finding(
      promise: promise, trace: (lines + ["\(trace.last?.state ?? model.start)"]).joined(separator: "\n"))
  }

  /// Goes the shortest way again without ``Machine/normal(_:)``, so that a process keeps its name.
  private func trace(to number: Int) -> [(step: Step, state: State)] {
    var way = [number]
    while let last = way.last, predecessors[last] >= 0 { way.append(predecessors[last]) }
    var (state, trace) = (model.start, [(step: Step, state: State)]())
    for wanted in way.reversed().dropFirst() {
      for step in model.steps(from: state) {
        let successor = model.take(step, from: state)
        guard model.normal(successor) == states[wanted] else { continue }
        state = successor
        trace.append((step, state))
        break
      }
    }
    return trace
  }
}
