/// One who waits.
struct Waiter: Sendable {
  /// For this job, or for any.
  var id: JobID?
  /// What it knows already.
  var change: Int64
  var deadline: MonotonicTime
  var continuation: CheckedContinuation<Void, Never>
}

/// Those who wait, by number, by job and by the time their patience ends. Nothing here looks at all of them: ten thousand
/// that sleep cost nothing to those that are woken.
struct WaiterTable: Sendable {
  private var waiters: [UInt64: Waiter] = [:]
  private var byJob: [JobID?: Set<UInt64>] = [:]
  private var byTick: [Int64: Set<UInt64>] = [:]
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
    byJob[waiter.id, default: []].insert(number)
    byTick[tick, default: []].insert(number)
    firstTick = min(firstTick, tick)
  }

  mutating func take(_ number: UInt64) -> Waiter? {
    guard let waiter = waiters.removeValue(forKey: number) else { return nil }
    byJob.drop(number, from: waiter.id)
    byTick.drop(number, from: tick(of: waiter))
    return waiter
  }

  /// Those to whom one of `changes` (in order of their numbers) is news.
  mutating func take(changedBy changes: [JobChange]) -> [Waiter] {
    guard let newest = changes.last?.change else { return [] }
    var woken = take(waitingFor: nil, past: newest)
    for change in changes where byJob[change.id] != nil {
      woken += take(waitingFor: change.id, past: change.change)
    }
    return woken
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
    defer { (waiters, byJob, byTick) = ([:], [:], [:]) }
    return Array(waiters.values)
  }

  private mutating func take(waitingFor id: JobID?, past change: Int64) -> [Waiter] {
    (byJob[id] ?? []).filter { waiters[$0].map { $0.change < change } ?? false }.compactMap { take($0) }
  }

  private func tick(of waiter: Waiter) -> Int64 { waiter.deadline.milliseconds / grain }
}

extension Dictionary where Value == Set<UInt64> {
  fileprivate mutating func drop(_ number: UInt64, from key: Key) {
    self[key]?.remove(number)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}
