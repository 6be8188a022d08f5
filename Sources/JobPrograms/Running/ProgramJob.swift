import Foundation
import Jobs

/// What a program learns of its job, in its environment.
struct ProgramJob: Sendable {
  let id: String
  let kind: String
  let attempt: Int
  let epoch: Int64
  /// RFC 3339; `nil` where an attempt may take as long as it wants.
  let deadline: String?

  init(_ context: JobContext, kind: String) {
    id = "\(context.id)"
    self.kind = kind
    attempt = context.attempt
    epoch = context.epoch
    deadline = context.deadline.map { deadline in
      Date(timeIntervalSince1970: Double(deadline.milliseconds) / 1000)
        .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
  }

  /// With the variables of the kind's file.
  func environment(of file: KindFile, folder: String) -> [(String, String)] {
    let isInside = file.sandbox == .required
    var all = [
      ("PATH", ProgramLook.folders.joined(separator: ":")), ("HOME", isInside ? "/job" : folder),
      ("TMPDIR", isInside ? "/tmp" : folder), ("LANG", "C.UTF-8"), ("JOB_ID", id), ("JOB_KIND", kind),
      ("JOB_ATTEMPT", "\(attempt)"), ("JOB_EPOCH", "\(epoch)"),
    ]
    if let deadline { all.append(("JOB_DEADLINE", deadline)) }
    return all + file.env.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
