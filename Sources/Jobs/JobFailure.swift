/// Why a job failed; a ``Workload`` throws it to fail with a code of its own.
public struct JobFailure: Error, Hashable, Sendable {
  /// A stable word for programs, for example `worker-lost`.
  public var code: String
  /// A sentence for people.
  public var detail: String

  public init(code: String, detail: String) {
    self.code = code
    self.detail = detail
  }

  /// A process that worked on it died, or hung for longer than its lease, in the last attempt it had.
  public static let workerLost = JobFailure(
    code: "worker-lost", detail: "The process that worked on it died, and it has no attempt left.")

  /// It took longer than its kind may, in the last attempt it had.
  public static let timedOut = JobFailure(
    code: "timed-out", detail: "The work took longer than it may, and it has no attempt left.")

  /// The work ended with an error that says no more, in the last attempt it had.
  public static let workFailed = JobFailure(code: "work-failed", detail: "The work ended with an error.")
}
