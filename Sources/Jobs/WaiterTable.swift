/// One who waits.
struct Waiter: Sendable {
  var topic: JobTopic
  /// It knows all changes of the topic up to this one.
  var mark: Int64
  var deadline: MonotonicTime
  var continuation: CheckedContinuation<WaitOutcome, Never>
}

/// Those who wait, by number, by topic and by the time their patience ends. Nothing here looks at all of them: ten thousand
/// that sleep cost nothing to those that are woken.
struct WaiterTable: Sendable {
  private var waiters: [UInt64: Waiter] = [:]
  private var byTopic: [JobTopic: Set<UInt64>] = [:]
  private var byTick: [Int64: Set<UInt64>] = [:]
  private var waitersForMany = 0
  private let grain: Int64
  /// All ticks before this one are empty.
  private var firstTick: Int64 = .max

  /// A wait may end up to `grain` after its deadline.
  init(grain: Duration) {
    self.grain = max(1, grain.milliseconds)
  }

  var count: Int { waiters.count }

  mutating func add(_ waiter: Waiter, _ number: UInt64) {
    let tick = tick(of: waiter)
    waiters[number] = waiter
    if case .jobs = waiter.topic { waitersForMany += 1 }
    byTopic[waiter.topic, default: []].insert(number)
    byTick[tick, default: []].insert(number)
    firstTick = min(firstTick, tick)
  }

  mutating func take(_ number: UInt64) -> Waiter? {
    guard let waiter = waiters.removeValue(forKey: number) else { return nil }
    if case .jobs = waiter.topic { waitersForMany -= 1 }
    byTopic.drop(number, from: waiter.topic)
    byTick.drop(number, from: tick(of: waiter))
    return waiter
  }

  /// Those to whom one of `changes` (each job once, in order of their numbers) is news, with what each is told.
  mutating func take(changedBy changes: [SharedChange]) -> [(waiter: Waiter, changes: [SharedChange])] {
    var woken: [(waiter: Waiter, changes: [SharedChange])] = []
    var byScope: [JobScope: [SharedChange]] = [:]
    for change in changes {
      let job = JobTopic.job(change.item.id)
      if byTopic[job] != nil { woken += take(waitingFor: job, past: change.number).map { ($0, [change]) } }
      guard waitersForMany > 0, case let scope = change.item.scope else { continue }
      if byTopic[.jobs(scope)] != nil { byScope[scope, default: []].append(change) }
    }
    for (scope, changes) in byScope {
      let newest = changes.last?.number ?? 0
      woken += take(waitingFor: .jobs(scope), past: newest).map { ($0, changes) }
    }
    return woken
  }

  /// Those whose mark is before `change`.
  mutating func take(before change: Int64) -> [Waiter] {
    waiters.filter { $0.value.mark < change }.keys.compactMap { take($0) }
  }

  /// Those whose deadline is over.
  mutating func take(dueAt now: MonotonicTime) -> [Waiter] {
    let last = now.milliseconds / grain
    guard firstTick < last else { return [] }
    // After a long sleep of the machine there are fewer ticks in use than have passed.
    let due = last - firstTick > byTick.count ? byTick.keys.filter { $0 < last } : Array(firstTick..<last)
    firstTick = last
    return due.flatMap { tick in (byTick[tick] ?? []).compactMap { take($0) } }
  }

  mutating func takeAll() -> [Waiter] {
    defer { (waiters, byTopic, byTick, waitersForMany) = ([:], [:], [:], 0) }
    return Array(waiters.values)
  }

  private mutating func take(waitingFor topic: JobTopic, past number: Int64) -> [Waiter] {
    (byTopic[topic] ?? []).filter { waiters[$0].map { $0.mark < number } ?? false }.compactMap { take($0) }
  }

  private func tick(of waiter: Waiter) -> Int64 { waiter.deadline.milliseconds / grain }
}

extension Dictionary where Value == Set<UInt64> {
  fileprivate mutating func drop(_ number: UInt64, from key: Key) {
    self[key]?.remove(number)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}
