/// What a member could begin now: the slots that are free in it.
///
/// A slot is free when its work has returned: work that was interrupted and runs on still holds one.
public struct Room: Hashable, Sendable {
  /// The part of it that is one kind's.
  public struct Kind: Hashable, Sendable {
    /// How many attempts its jobs have.
    public var attempts: Int
    /// How many more of it may begin in this member.
    public var jobs: Int
    /// Whether none of it runs in this member. One may then begin though no shared slot is free.
    public var isIdle: Bool
    /// How many of it may run in all members of the store; `nil`: no limit.
    public var jobsInAll: Int?
    /// Whether a job of it waits until the work of all its earlier attempts has ended.
    public var oneAttemptAtATime: Bool

    public init(
      attempts: Int, jobs: Int = .max, isIdle: Bool = false, jobsInAll: Int? = nil, oneAttemptAtATime: Bool = false
    ) {
      self.attempts = attempts
      self.jobs = jobs
      self.isIdle = isIdle
      self.jobsInAll = jobsInAll
      self.oneAttemptAtATime = oneAttemptAtATime
    }

    /// Whether each of its works holds a slot in the store.
    public var holdsSlots: Bool { jobsInAll != nil || oneAttemptAtATime }
  }

  /// Free slots that a job of any kind may have.
  public var shared: Int
  public var kinds: [JobKind: Kind]
  /// Works that run in this member now, beside which no job begins that is to run alone. Work that ignores its
  /// interruption need not be counted.
  public var others: Int

  public init(shared: Int = 0, kinds: [JobKind: Kind] = [:], others: Int = 0) {
    self.shared = shared
    self.kinds = kinds
    self.others = others
  }

  /// Shared slots alone, for kinds without limits. Each comes with the number of attempts its jobs have.
  public init(_ shared: Int, of kinds: [JobKind: Int], others: Int = 0) {
    self.init(shared: shared, kinds: kinds.mapValues { Kind(attempts: $0) }, others: others)
  }

  /// Whether no job could begin, whatever waits.
  public var isFull: Bool { kinds.values.allSatisfy { most(of: $0) == 0 } }

  /// How many jobs of `kind` could begin while `running` of them run in all members: a store has to show ``choose(_:)`` no
  /// more of those that wait. `running` counts only for kinds with ``Kind/jobsInAll``.
  public func most(of kind: JobKind, running: Int = 0) -> Int {
    kinds[kind].map { most(of: $0, running: running) } ?? 0
  }

  private func most(of kind: Kind, running: Int = 0) -> Int {
    let inAll = kind.jobsInAll.map { $0 - running } ?? .max
    return max(0, min(max(shared, kind.isIdle ? 1 : 0), kind.jobs, inAll))
  }
}

/// What a store shows ``Room/choose(_:)``: the jobs that wait and are due, and what runs.
public struct Candidates: Hashable, Sendable {
  /// Jobs for any member, of each kind the oldest, in order. Of a kind with ``Room/Kind/oneAttemptAtATime``, here and in
  /// ``lone``: of those for which no earlier attempt holds a slot.
  public var waiting: [JobKind: [JobID]]
  /// Of each kind the oldest of the jobs that have to run alone. For a busy member: of those that no member keeps itself
  /// free for.
  public var lone: [JobKind: JobID]
  /// Works that run in all members, of each kind with ``Room/Kind/jobsInAll``.
  public var running: [JobKind: Int]
  /// Waiting jobs that some member keeps itself free for, of each kind with ``Room/Kind/jobsInAll``: each has a claim to a
  /// slot.
  public var kept: [JobKind: Int]
  /// Whether anything runs in this member, as the store or as the member has it. The two differ between the moment work
  /// returns and the moment its end is written, and while interrupted work runs on.
  public var isBusy: Bool
  /// Whether a job that runs alone runs in this member, or this member keeps itself free for one.
  public var isReserved: Bool

  public init(
    waiting: [JobKind: [JobID]] = [:], lone: [JobKind: JobID] = [:], running: [JobKind: Int] = [:],
    kept: [JobKind: Int] = [:], isBusy: Bool = false, isReserved: Bool = false
  ) {
    self.waiting = waiting
    self.lone = lone
    self.running = running
    self.kept = kept
    self.isBusy = isBusy
    self.isReserved = isReserved
  }
}

extension Room {
  /// What a claim does.
  public enum Choice: Hashable, Sendable {
    /// Begins these jobs; there may be none.
    case take([JobID])
    /// Begins none: from now on the member keeps itself free for this job.
    case keep(JobID)

    /// Whether the claim changes anything.
    public var isEmpty: Bool { self == .take([]) }
  }

  /// The rule of every claim.
  ///
  /// A job that has to run alone is taken by a member that is not busy, before all others, and by itself. A busy member
  /// keeps itself free for it, and takes nothing more until it is not busy. Jobs of a kind without a free slot, and a kind
  /// that has as many running in all members as it may, are passed over.
  ///
  /// All other jobs begin oldest first while a shared slot is free. Without one, each kind of which nothing runs here, and
  /// nothing was chosen, may begin one.
  public func choose(_ candidates: Candidates) -> Choice {
    if candidates.isBusy, candidates.isReserved { return .take([]) }
    let lone = candidates.lone.filter { kind, _ in mayBeginAlone(kind, candidates) }.values.min()
    if let lone { return candidates.isBusy ? .keep(lone) : .take([lone]) }
    return .take(oldest(of: candidates))
  }

  /// A busy member needs no free slot yet: it has all of them when it is no longer busy.
  private func mayBeginAlone(_ kind: JobKind, _ candidates: Candidates) -> Bool {
    let running = candidates.running[kind] ?? 0
    guard candidates.isBusy else { return most(of: kind, running: running) > 0 }
    guard let room = kinds[kind] else { return false }
    return room.jobs > 0 && room.jobsInAll.map { running < $0 } ?? true
  }

  private func oldest(of candidates: Candidates) -> [JobID] {
    func most(of kind: JobKind) -> Int {
      self.most(of: kind, running: (candidates.running[kind] ?? 0) + (candidates.kept[kind] ?? 0))
    }
    if candidates.waiting.count == 1, let (kind, ids) = candidates.waiting.first {
      return Array(ids.prefix(most(of: kind)))
    }
    var chosen: [JobID] = []
    var left = shared
    var lines = candidates.waiting.map { kind, ids in
      Line(ids: ids[...], most: most(of: kind), isIdle: kinds[kind]?.isIdle ?? false)
    }
    while let next = lines.indices.filter({ lines[$0].mayBegin(shared: left) }).min(by: { lines[$0] < lines[$1] }) {
      chosen.append(lines[next].begin())
      if left > 0 { left -= 1 }
    }
    return chosen
  }

  /// The jobs of one kind, and how many of them may still begin.
  private struct Line: Comparable {
    var ids: ArraySlice<JobID>
    var most: Int
    var isIdle: Bool

    func mayBegin(shared: Int) -> Bool { !ids.isEmpty && most > 0 && (shared > 0 || isIdle) }

    mutating func begin() -> JobID {
      most -= 1
      isIdle = false
      return ids.removeFirst()
    }

    static func < (one: Line, other: Line) -> Bool {
      guard let first = one.ids.first, let second = other.ids.first else { return !one.ids.isEmpty }
      return first < second
    }
  }
}
