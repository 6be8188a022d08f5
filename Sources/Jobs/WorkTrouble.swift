/// What keeps a job from being worked on, as a member has found: for operators.
public struct WorkTrouble: Hashable, Sendable {
  /// A stable word for programs, for example `process-not-ended`.
  public var code: String
  public var kind: JobKind
  public var job: JobID
  /// A sentence for people, of at most 512 bytes.
  public var detail: String

  public init(code: String, kind: JobKind, job: JobID, detail: String) {
    self.code = code
    self.kind = kind
    self.job = job
    self.detail = detail.cut(to: 512)
  }
}

extension WorkTrouble {
  /// A process of an earlier attempt may live, and the job waits until it is known to have ended.
  init(_ orphan: Orphan, reason: String) {
    self.init(
      code: "process-not-ended", kind: orphan.kind, job: orphan.tenure.id,
      detail: "Process \(orphan.process.pid) of an earlier attempt may live, and the job waits for its end: \(reason).")
  }
}
