import Jobs
import StrictJSON

/// The documents of a job.
extension JSONWriter {
  /// `{"id":3,"products":["y","z"],"amount":250,"status":"running"}`.
  /// With the files that came with it, by their names, where its kind takes any, and where it was found by a search.
  mutating func representation(of job: Job, files: [InputFile]? = nil, found match: TextMatch? = nil) {
    raw(#"{"id":"#)
    integer(job.id.rawValue)
    if !job.input.isEmpty {
      raw(",")
      raw(job.input)
    }
    raw(#","status":"#)
    word(job.status)
    if let files {
      raw(#","files":{"#)
      for (index, file) in files.enumerated() {
        let isFirst = index == 0 || files[index - 1].file.name != file.file.name
        if isFirst {
          raw(index == 0 ? "" : "],")
          string(file.file.name)
          raw(":[")
        } else {
          raw(",")
        }
        inputFile(file)
      }
      raw(files.isEmpty ? "}" : "]}")
    }
    if let match {
      raw(#","page":"#)
      integer(match.page)
      raw(#","snippet":"#)
      string(match.snippet)
    }
    raw("}")
  }

  private mutating func inputFile(_ file: InputFile) {
    raw("{")
    if let title = file.title {
      raw(#""name":"#)
      string(title)
      raw(",")
    }
    raw(#""type":"#)
    string(file.file.type)
    raw(#","size":"#)
    integer(file.file.size)
    raw(#","sha256":"#)
    string(file.file.digest)
    raw("}")
  }

  /// The status document. Times are absent until known, as are a step before the first report and an error.
  mutating func status(of job: Job, noun: String) {
    raw(#"{"id":"#)
    integer(job.id.rawValue)
    raw(#","status":"#)
    word(job.status)
    raw(job.status.isDone ? #","done":true,"progress":{"percent":"# : #","done":false,"progress":{"percent":"#)
    integer(job.status == .complete ? 100 : min(job.progress.percent, 99))
    if let step = job.progress.step {
      raw(#","step":"#)
      string(step)
    }
    raw(#","completed":"#)
    integer(job.progress.completed)
    raw(#","total":"#)
    integer(job.progress.total)
    raw(#"},"createdAt":"#)
    timestamp(job.createdAt)
    if let startedAt = job.startedAt {
      raw(#","startedAt":"#)
      timestamp(startedAt)
    }
    raw(#","updatedAt":"#)
    timestamp(job.updatedAt)
    if let finishedAt = job.finishedAt {
      raw(#","finishedAt":"#)
      timestamp(finishedAt)
    }
    raw(#","attempt":"#)
    integer(job.attempt)
    if job.isIndexed { raw(#","indexed":true"#) }
    if job.status == .failed {
      raw(#","error":"#)
      failure(job.failure ?? .unknown, of: noun)
    }
    raw("}")
  }

  private mutating func word(_ status: JobStatus) {
    switch status {
    case .started: raw(#""started""#)
    case .running: raw(#""running""#)
    case .complete: raw(#""complete""#)
    case .failed: raw(#""failed""#)
    case .cancelled: raw(#""cancelled""#)
    }
  }
}

extension JobStatus {
  /// ``isFinal``, without asking the whole state table for every poll.
  var isDone: Bool {
    switch self {
    case .started, .running: false
    case .complete, .failed, .cancelled: true
    }
  }
}

extension JobFailure {
  /// For a failed job whose store has lost the reason.
  static let unknown = JobFailure(code: "work-failed", detail: "The reason is not known.")
}
