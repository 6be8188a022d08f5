/// What runs the work could not be started: a ``Workload`` throws it before it has begun to do anything.
///
/// The job is tried again after a pause, and the attempt isn't charged, however often. The pause doubles with each attempt of
/// the job that was begun and not charged. The member's health names the code and the job until work of that kind begins.
public struct WorkNotBegun: Error, Hashable, Sendable {
  /// A stable word for programs, for example `sandbox-failed`: of what a code of ``JobFailure`` may have.
  public let code: String
  /// For operators: what was tried, and what went wrong.
  public let detail: String

  public init(code: String = "work-not-begun", detail: String) {
    let failure = JobFailure(code: code, detail: detail)
    (self.code, self.detail) = (failure.code, failure.detail)
  }
}
