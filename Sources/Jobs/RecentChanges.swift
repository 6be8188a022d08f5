/// The newest changes of a store, in memory: each job once, as it stands, in order of change numbers.
struct RecentChanges: Sendable {
  /// What is here is complete for the changes after this one, up to `through`.
  private(set) var start: Int64 = 0
  private(set) var through: Int64 = 0
  /// Also with some that are out of date: those that `newest` doesn't name.
  private var changes: [SharedChange] = []
  private var newest: [JobID: Int64] = [:]
  private let limit: Int

  /// Keeps the `limit` newest changes, and up to as many more until it tidies up.
  init(limit: Int) {
    self.limit = limit
  }

  /// Takes in what the store read after `through`, and returns it as it is kept.
  mutating func add(_ news: JobNews) -> [SharedChange] {
    let added = news.items.map(SharedChange.init)
    for change in added { newest[change.item.id] = change.number }
    changes += added
    through = max(through, news.through)
    if changes.count > 2 * limit { tidyUp() }
    return added
  }

  /// Forgets everything: from now on, only changes after `change` are taken in.
  mutating func restart(after change: Int64) {
    (start, through, changes, newest) = (change, change, [], [:])
  }

  /// The changes of `topic` after `mark`; `nil` where some of them may not be here any more.
  func changes(of topic: JobTopic, after mark: Int64) -> [SharedChange]? {
    guard mark >= start else { return nil }
    switch topic {
    case .job(let id):
      guard let number = newest[id], number > mark else { return [] }
      let place = place(after: number - 1)
      return [changes[place]]
    case .jobs(let scope):
      return changes[place(after: mark)...].filter { $0.item.scope == scope && newest[$0.item.id] == $0.number }
    }
  }

  /// Where the first change after `number` is.
  private func place(after number: Int64) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].number > number { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private mutating func tidyUp() {
    changes.removeAll { newest[$0.item.id] != $0.number }
    let surplus = changes.count - limit
    guard surplus > 0 else { return }
    start = changes[surplus - 1].number
    for change in changes[..<surplus] { newest[change.item.id] = nil }
    changes.removeFirst(surplus)
  }
}
