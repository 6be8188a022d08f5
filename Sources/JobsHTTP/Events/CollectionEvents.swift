import Jobs
import Kinds

/// The events of all jobs of a kind that a user sees: a snapshot, or what the client has missed, and then whatever
/// changes, each job as it stands when its turn comes.
struct CollectionEvents: EventSource {
  /// Changes of all jobs that one read looks at.
  private static let changesAtOnce = 500
  /// For what a client has missed, so many changes of all jobs are looked at.
  private static let mostChanges = 5000
  /// A client gets so many bytes at once, then what is newest by the time that it has taken them.
  private static let mostBytes = 256 << 10

  private let store: any JobStore
  private let kind: Kind
  private let scope: JobScope
  private let filter: EventFilter
  /// What comes first, in order of change numbers.
  private var beginning: [JobNews.Item] = []
  /// Whether a snapshot comes instead of what the client has missed: it has to hear that there may be more.
  private var mustSaySo = false
  /// The client has heard everything up to this change.
  private var heard: Int64
  /// In a flood one event for several changes of a job.
  private var pace = Pace(every: .milliseconds(50), burst: 10)
  private var hasTold = false

  /// Where a stream begins.
  enum Start {
    /// With a snapshot: the newest page that the filter lets through.
    case snapshot
    /// Behind this change; with a snapshot of what is behind it where that is more than a page.
    case after(Int64)
    /// The client comes again with an id that means nothing here.
    case lost
  }

  init(
    store: any JobStore, kind: Kind, owner: JobOwner, filter: EventFilter,
    from start: Start
  ) async throws {
    self.store = store
    self.kind = kind
    self.filter = filter
    scope = JobScope(kind: kind.name, owner: owner)
    var known: Int64 = 0
    if case .after(let change) = start {
      known = change
      if let missed = try await Self.missed(after: change, of: scope, filter, in: store) {
        (beginning, heard) = missed
        return
      }
    }
    if case .snapshot = start {} else { mustSaySo = true }
    // Read before the page: what changes in between comes after it, once.
    heard = try await store.newestChange()
    let page = JobQuery(
      kind: scope.kind, owner: owner, statuses: filter.statuses, ids: filter.ids, ascending: false,
      limit: filter.limit, withInput: false)
    beginning = try await store.list(page).filter { $0.change > known && $0.change <= heard }
      .sorted { $0.change < $1.change }.map(JobNews.Item.job)
  }

  /// What changed after `change`, and up to where that is known; `nil` where it is more than a page, or too far back to
  /// be looked for.
  @inline(never)
  private static func missed(
    after change: Int64, of scope: JobScope, _ filter: EventFilter, in store: any JobStore
  ) async throws -> ([JobNews.Item], through: Int64)? {
    var missed: [JobNews.Item] = []
    var through = change
    for _ in 0..<(mostChanges / changesAtOnce) {
      let news = try await store.news(after: through, of: scope, limit: changesAtOnce)
      missed += news.items.filter(filter.admits)
      through = news.through
      if missed.count > filter.limit { return nil }
      if !news.isCut { return (missed, through) }
    }
    return nil
  }

  var title: String { "all \(kind.path)" }

  mutating func write(
    to writer: inout EventWriter, until deadline: MonotonicTime, _ waits: any JobWaiting
  ) async throws -> Bool {
    if writeBeginning(to: &writer) { return false }
    if hasTold, case let pause = pace.pause(at: .now), pause > .zero { try await Task.sleep(for: pause) }
    hasTold = false
    switch await waits.wait(for: .jobs(scope), past: heard, until: deadline) {
    case .changes(let changes, let through): write(changes, through: through, to: &writer)
    case .unknown(let through): try await readOn(through: through, to: &writer)
    case .nothing(let through): heard = max(heard, through)
    }
    return false
  }

  // A stream sleeps within `write`, which keeps the memory of whatever is done there: a kilobyte or two for each stream,
  // unless it is done in functions of their own.

  @inline(never)
  private mutating func writeBeginning(to writer: inout EventWriter) -> Bool {
    guard mustSaySo || !beginning.isEmpty else { return false }
    if mustSaySo { writer.snapshot(limit: filter.limit) }
    for item in beginning { tell(SharedChange(item), in: &writer) }
    (mustSaySo, beginning) = (false, [])
    return true
  }

  @inline(never)
  private mutating func write(_ changes: [SharedChange], through: Int64, to writer: inout EventWriter) {
    for change in changes where change.number > heard && filter.admits(change.item) {
      tell(change, in: &writer)
      heard = change.number
      if writer.bytes.count >= Self.mostBytes { return }
    }
    heard = max(heard, through)
  }

  /// Reads what this process doesn't remember. What is read includes every change up to `through`.
  @inline(never)
  private mutating func readOn(through: Int64, to writer: inout EventWriter) async throws {
    let news = try await store.news(after: heard, of: scope, limit: Self.changesAtOnce)
    for item in news.items where filter.admits(item) { tell(SharedChange(item), in: &writer) }
    heard = news.isCut ? news.through : max(news.through, through)
  }

  private mutating func tell(_ change: SharedChange, in writer: inout EventWriter) {
    writer.event(of: change, noun: kind.noun, store: store.name)
    hasTold = true
  }
}
