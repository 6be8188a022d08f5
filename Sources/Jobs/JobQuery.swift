/// Which jobs a page shows.
public struct JobQuery: Hashable, Sendable {
  public var kind: JobKind
  public var owner: JobOwner
  /// Only these; empty: all.
  public var statuses: Set<JobStatus>
  /// Only these; `nil`: all.
  public var ids: Set<JobID>?
  /// Only jobs behind this one in the page's order.
  public var after: JobID?
  public var ascending: Bool
  public var limit: Int
  /// Inputs may be long: without this they come empty.
  public var withInput: Bool
  /// A page ends early with the job that brings its inputs to so many bytes.
  public var inputBytes: Int

  public init(
    kind: JobKind, owner: JobOwner = "", statuses: Set<JobStatus> = [], ids: Set<JobID>? = nil, after: JobID? = nil,
    ascending: Bool = true, limit: Int, withInput: Bool = true, inputBytes: Int = .max
  ) {
    self.kind = kind
    self.owner = owner
    self.statuses = statuses
    self.ids = ids
    self.after = after
    self.ascending = ascending
    self.limit = limit
    self.withInput = withInput
    self.inputBytes = inputBytes
  }
}
