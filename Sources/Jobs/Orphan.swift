/// A process that work started, and whose member no longer answers for it: the member is gone, or its lease is over and it
/// has lost the job. It may live, and no other attempt of its job begins before it is known to have ended.
public struct Orphan: Hashable, Sendable {
  /// Of the attempt that started it.
  public var tenure: Tenure
  public var kind: JobKind
  public var process: WorkProcess

  public init(tenure: Tenure, kind: JobKind, process: WorkProcess) {
    self.tenure = tenure
    self.kind = kind
    self.process = process
  }
}
