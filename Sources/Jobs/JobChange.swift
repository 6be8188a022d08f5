/// The jobs of one kind that one user sees.
public struct JobScope: Hashable, Sendable {
  public var kind: JobKind
  public var owner: JobOwner

  public init(kind: JobKind, owner: JobOwner) {
    self.kind = kind
    self.owner = owner
  }
}

/// What became known to one who had heard everything up to some change.
public struct JobNews: Hashable, Sendable {
  public enum Item: Hashable, Sendable {
    case job(Job)
    case expired(Tombstone)

    public var change: Int64 {
      switch self {
      case .job(let job): job.change
      case .expired(let stone): stone.change
      }
    }

    public var id: JobID {
      switch self {
      case .job(let job): job.id
      case .expired(let stone): stone.id
      }
    }

    public var scope: JobScope {
      switch self {
      case .job(let job): JobScope(kind: job.kind, owner: job.owner)
      case .expired(let stone): JobScope(kind: stone.kind, owner: stone.owner)
      }
    }
  }

  /// In order of their change numbers.
  public var items: [Item]
  /// Whatever changed up to this number is among the items, or was somebody else's.
  public var through: Int64
  /// Whether there may be more behind it.
  public var isCut: Bool

  public init(items: [Item], through: Int64, isCut: Bool) {
    self.items = items
    self.through = through
    self.isCut = isCut
  }
}

/// What is left of a job when its retention is over: enough to tell its owner that there was one.
public struct Tombstone: Hashable, Sendable {
  public var id: JobID
  public var kind: JobKind
  public var owner: JobOwner
  public var change: Int64
  public var expiredAt: Timestamp

  public init(id: JobID, kind: JobKind, owner: JobOwner, change: Int64, expiredAt: Timestamp) {
    self.id = id
    self.kind = kind
    self.owner = owner
    self.change = change
    self.expiredAt = expiredAt
  }
}

/// The store's own numbers.
public struct JobCounts: Hashable, Sendable {
  public var newestChange: Int64
  /// Jobs that wait.
  public var queued: Int
  /// Jobs that have reached a final status since the store was made.
  public var ended: Int
  /// Expiries up to this change are no longer reported one by one.
  public var foldedChange: Int64

  public init(newestChange: Int64, queued: Int, ended: Int, foldedChange: Int64 = 0) {
    self.newestChange = newestChange
    self.queued = queued
    self.ended = ended
    self.foldedChange = foldedChange
  }
}
