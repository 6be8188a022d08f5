import Jobs

/// The events of all jobs of a collection that a user sees: a snapshot, or what the client has missed, and then whatever
/// changes, each job as it stands when its turn comes.
struct CollectionEvents: EventSource {
  /// Changes of all jobs that one read looks at.
  private static let changesAtOnce = 500

  let store: any JobStore
  let collection: Collection
  let owner: JobOwner
  let filter: EventFilter
  /// What comes first, in order of change numbers.
  private var snapshot: [Job] = []
  /// The client has heard everything up to this change.
  private var heard: Int64 = 0
  private var mayBeMore = false
  /// In a flood one event for several changes of a job.
  private var pace = Pace(every: .milliseconds(50), burst: 10)

  /// Goes on behind `heard`; where that is `nil`, begins with a snapshot: the newest page that `filter` lets through.
  init(
    store: any JobStore, collection: Collection, owner: JobOwner, filter: EventFilter, after heard: Int64?
  ) async throws {
    self.store = store
    self.collection = collection
    self.owner = owner
    self.filter = filter
    if let heard {
      self.heard = heard
    } else {
      // Read before the page: what changes in between comes after it, once.
      self.heard = try await store.newestChange()
      let page = JobQuery(
        kind: collection.kind, owner: owner, statuses: filter.statuses, ids: filter.ids, ascending: false,
        limit: filter.limit, withInput: false)
      snapshot = try await store.list(page).filter { $0.change <= self.heard }.sorted { $0.change < $1.change }
    }
  }

  var title: String { "all \(collection.path)" }

  mutating func write(to writer: inout EventWriter) async throws -> Bool {
    for job in snapshot { writer.event(of: job, noun: collection.noun, store: store.name) }
    snapshot = []
    let news = try await store.news(
      after: heard, of: collection.kind, owner: owner, limit: Self.changesAtOnce)
    for item in news.items where filter.admits(item) {
      switch item {
      case .job(let job): writer.event(of: job, noun: collection.noun, store: store.name)
      case .expired(let stone): writer.event(of: stone, store: store.name)
      }
    }
    heard = news.through
    mayBeMore = news.isCut
    return false
  }

  mutating func pause(until deadline: MonotonicTime, _ waits: any JobWaiting) async throws {
    if !mayBeMore { await waits.wait(for: nil, past: heard, until: deadline) }
    let pause = pace.pause(at: .now)
    if pause > .zero { try await Task.sleep(for: pause) }
  }
}

extension EventWriter {
  fileprivate mutating func event(of stone: Tombstone, store: String) {
    var document = JSONWriter(capacity: 32)
    document.raw(#"{"id":"#)
    document.integer(stone.id.rawValue)
    document.raw("}")
    event(EventID(store: store, change: stone.change), type: "expired", data: document)
  }
}
