/// Which jobs a page shows.
public struct JobQuery: Hashable, Sendable {
  public var kind: JobKind
  public var owner: String
  /// Only these; empty: all.
  public var statuses: Set<JobStatus>
  /// Only these; `nil`: all.
  public var ids: Set<JobID>?
  /// Only jobs behind this one in the page's order.
  public var after: JobID?
  public var ascending: Bool
  public var limit: Int

  public init(
    kind: JobKind, owner: String = "", statuses: Set<JobStatus> = [], ids: Set<JobID>? = nil, after: JobID? = nil,
    ascending: Bool = true, limit: Int
  ) {
    self.kind = kind
    self.owner = owner
    self.statuses = statuses
    self.ids = ids
    self.after = after
    self.ascending = ascending
    self.limit = limit
  }
}
