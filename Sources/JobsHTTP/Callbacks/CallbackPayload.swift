public import Jobs
public import Kinds
import StrictJSON

/// What is told of a job's end.
public enum CallbackPayload {
  /// `{"type":"report.complete","timestamp":"2026-01-31T23:59:59.999Z","data":{…}}`, where the data are the status
  /// document: the form that Standard Webhooks recommends. The same bytes for the same final job. The words are those of
  /// the kind that the job is of.
  public static func bytes(of job: Job, in kinds: [Kind]) -> [UInt8] {
    var job = job
    // That comes later, and may come before a message is repeated.
    job.isIndexed = false
    let noun = kinds.first { $0.name == job.kind }?.noun ?? job.kind.rawValue
    var writer = JSONWriter(capacity: 512)
    writer.raw(#"{"type":"#)
    writer.string("\(noun).\(job.status.rawValue)")
    writer.raw(#","timestamp":"#)
    writer.timestamp(job.finishedAt ?? job.updatedAt)
    writer.raw(#","data":"#)
    writer.status(of: job, noun: noun)
    writer.raw("}")
    return writer.bytes
  }
}
