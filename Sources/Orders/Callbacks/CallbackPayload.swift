public import Jobs
import StrictJSON

/// What is told of a job's end.
public enum CallbackPayload {
  /// `{"type":"order.complete","timestamp":"2026-01-31T23:59:59.999Z","data":{…}}`, where the data are the status
  /// document: the form that Standard Webhooks recommends. The same bytes for the same final job. The words are those of
  /// the collection that the job is of.
  public static func bytes(of job: Job, in collections: [Collection]) -> [UInt8] {
    let noun = collections.first { $0.kind == job.kind }?.noun ?? job.kind.rawValue
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
