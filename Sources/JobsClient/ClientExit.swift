/// How a client command ends, for scripts. The numbers are part of the contract: small ones say what became of a job,
/// those from 64 on are of sysexits.h.
public enum ClientExit: Int32, CaseIterable, Hashable, Sendable {
  /// The job is complete, or what was asked for is done.
  case complete = 0
  /// A fault of the service, or what has no number of its own.
  case other = 1
  case failed = 3
  case cancelled = 4
  /// There is no such job, or there is none any more.
  case notFound = 5
  /// It ended before it could be cancelled.
  case alreadyFinished = 6
  /// It has not ended yet.
  case notFinished = 7
  /// The service does not take what was sent.
  case refused = 8
  case wrongUse = 64
  /// Nothing answers, or not in time.
  case away = 69
  case busy = 75
  /// Something answers that is not a service of ours.
  case foreign = 76
  /// A login is missing, or wrong.
  case forbidden = 77
}
