/// The attempt has failed, and another one may succeed: a ``Workload`` throws it to be tried again as the job's policy says.
/// It costs the attempt. Where no attempt is left the job fails with this code and detail.
public struct JobRetry: Error, Hashable, Sendable {
  public let failure: JobFailure

  /// Of what ``JobFailure`` may have.
  public init(code: String, detail: String) {
    failure = JobFailure(code: code, detail: detail)
  }
}
