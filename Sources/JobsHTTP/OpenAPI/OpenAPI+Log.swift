import Jobs
import Kinds

/// What a job's program logged, of kinds whose logs clients may read.
extension OpenAPI {
  static func log(_ kind: Kind) -> String {
    let missing = problem(
      "There is none, or it belongs to another user, or its program has logged nothing yet.",
      examples: [.notFound(kind.noun, JobID(rawValue: 3)), .noLog(kind.noun, exampleJob(kind))])
    return """
      {
        "operationId": "log\(name(kind))", "summary": "What its program logged last", "tags": ["\(kind.path)"],
        "description": "The end of what the program wrote to standard error. Bytes that are not UTF-8 are replaced by U+FFFD.",
        "responses": {
          "200": {
            "description": "The log as it stands.", "headers": {\(tagged), \(sunset)},
            "content": {"text/plain": {"schema": {"type": "string"}}}
          },
          "404": \(missing),
          \(notModified),
          \(gone(kind)),
          \(problems([406: "NotAcceptable", 412: "PreconditionFailed", 503: "Unavailable"]))
        }
      }
      """
  }
}
