import HTTPTypes
import Jobs
import Kinds
import Multipart
import StrictJSON

/// Every problem this API answers with. Codes are part of the contract.
extension Problem {
  static let notFound = Problem(
    .notFound, "not-found", title: "Not found", detail: "There is nothing at this address.")

  static let proxied = Problem(
    .forbidden, "forbidden", title: "Forbidden",
    detail: "This address is for the service's own machine, not for a proxy.")

  static let foreignOrigin = Problem(
    .forbidden, "forbidden", title: "Forbidden",
    detail: "A page of another origin can't submit files here, unless --cors-origin names it. Nothing was stored.")

  static let noRoomForFiles = Problem(
    HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "no-room", title: "No room",
    detail: "The service keeps as many files as it may (--files-limit). Nothing was stored.")

  static let unknownWebServer = Problem(
    .forbidden, "forbidden", title: "Forbidden",
    detail: "This service only accepts requests from its own web server.")

  static func notFound(_ noun: String, _ id: JobID) -> Problem {
    Problem(.notFound, "not-found", title: "Not found", detail: "There is no \(noun) \(id).")
  }

  /// With nginx's own words for a header that it refuses.
  static let headerTooLarge = Problem(
    .badRequest, "header-too-large", title: "Header too large",
    detail: "The header fields are larger than this service accepts.")

  static func methodNotAllowed(_ method: HTTPRequest.Method, allow: String) -> Problem {
    Problem(
      .methodNotAllowed, "method-not-allowed", title: "Method not allowed",
      detail: "\(method.rawValue.quoted) is not possible here.", headerFields: [.allow: allow])
  }

  static func notAcceptable(_ type: String) -> Problem {
    Problem(
      .notAcceptable, "not-acceptable", title: "Not acceptable",
      detail: "The answer is \(type), which the Accept field excludes.")
  }

  static let preconditionFailed = Problem(
    .preconditionFailed, "precondition-failed", title: "Precondition failed",
    detail: "The current state does not satisfy If-Match or If-None-Match. Nothing was changed.")

  /// `others` beside JSON.
  static func unsupportedMediaType(_ others: [String]) -> Problem {
    let types = ["application/json"] + others
    return Problem(
      .unsupportedMediaType, "unsupported-media-type", title: "Unsupported media type",
      detail: "The Content-Type must be \(types.joined(separator: " or ")).",
      headerFields: [.accept: types.joined(separator: ", ")])
  }

  /// A file in a body.
  static func unsupportedFile(_ pointer: JSONPointer, _ detail: String) -> Problem {
    var problem = Problem(
      .unsupportedMediaType, "unsupported-media-type", title: "Unsupported media type", detail: detail)
    problem.violations = InvalidBody([.init(pointer, detail)])
    return problem
  }

  /// `what` is a sentence without its end.
  static func fileTooLarge(_ what: String, limit: Int) -> Problem {
    Problem(
      .contentTooLarge, "body-too-large", title: "Body too large",
      detail: "\(what). The limit is \(limit) bytes. Nothing was stored.")
  }

  static func overShareOfFiles(_ room: Int64) -> Problem {
    fileTooLarge("Your files are together more than half of what this service keeps", limit: Int(room / 2))
  }

  static func malformedMultipart(_ error: MultipartError) -> Problem {
    Problem(.badRequest, "malformed-multipart", title: "Malformed multipart body", detail: error.description)
  }

  static let unsupportedEncoding = Problem(
    .unsupportedMediaType, "unsupported-media-type", title: "Unsupported media type",
    detail: "The body must be sent without a Content-Encoding.",
    headerFields: [.accept: "application/json", .acceptEncoding: "identity"])

  static func bodyTooLarge(limit: Int) -> Problem {
    Problem(
      .contentTooLarge, "body-too-large", title: "Body too large", detail: "The body may have at most \(limit) bytes.")
  }

  static let unreadableUser = Problem(
    .badRequest, "unreadable-user", title: "Unreadable user", detail: "The user's name is not UTF-8.")

  static let truncatedBody = Problem(
    .badRequest, "truncated-body", title: "Truncated body",
    detail: "The body is not as long as its Content-Length says.")

  static func malformedJSON(_ error: MalformedJSON) -> Problem {
    Problem(
      .badRequest, "malformed-json", title: "Malformed JSON",
      detail: "\(error.reason) (At byte \(error.offset).)")
  }

  static func badParameter(_ name: String, _ detail: String) -> Problem {
    var problem = Problem(.badRequest, "bad-parameter", title: "Bad parameter", detail: detail)
    problem.parameter = name
    return problem
  }

  static let badIdempotencyKey = Problem(
    .badRequest, "bad-idempotency-key", title: "Bad idempotency key",
    detail: "An Idempotency-Key has 1 to \(IdempotencyKey.longest) visible ASCII characters.")

  static let idempotencyKeyReused = Problem(
    .unprocessableContent, "idempotency-key-reused", title: "Idempotency key reused",
    detail: "Something else was submitted under this Idempotency-Key before.")

  static func invalidBody(_ error: InvalidBody, noun: String) -> Problem {
    var problem = Problem(
      .unprocessableContent, "invalid-\(noun)", title: "Invalid \(noun)",
      detail: error.violations.count == 1
        ? "One value in the body is invalid."
        : "\(error.hasMore ? "More than " : "")\(error.violations.count) values in the body are invalid.")
    problem.violations = error
    return problem
  }

  static func alreadyFinished(_ noun: String, _ status: JobStatus) -> Problem {
    Problem(
      .conflict, "\(noun)-already-finished", title: "Already finished",
      detail: "The \(noun) is \(status.rawValue) and can't be cancelled any more.")
  }

  static func notFinished(_ noun: String, _ job: Job, retryAfter seconds: Int) -> Problem {
    Problem(
      .conflict, "\(noun)-not-finished", title: "Not finished", detail: "The \(noun) is \(job.status.rawValue).",
      headerFields: [.retryAfter: String(seconds)])
  }

  static func failed(_ noun: String, _ failure: JobFailure) -> Problem {
    var problem = Problem(.conflict, "\(noun)-failed", title: "Failed", detail: "The \(noun) failed and has no result.")
    problem.failure = (failure, noun)
    return problem
  }

  static func cancelled(_ noun: String) -> Problem {
    Problem(
      .conflict, "\(noun)-cancelled", title: "Cancelled", detail: "The \(noun) was cancelled and has no result.")
  }

  static func noLog(_ noun: String, _ job: Job) -> Problem {
    Problem(
      .notFound, "no-log", title: "No log",
      detail: "The \(noun) \(job.id) has no log\(job.status.isFinal ? "" : " yet").")
  }

  static func expired(_ noun: String, _ id: JobID) -> Problem {
    Problem(
      .gone, "\(noun)-expired", title: "Expired",
      detail: "The \(noun) \(id) was removed, or has expired.")
  }

  static func queueFull(retryAfter seconds: Int) -> Problem {
    Problem(
      .serviceUnavailable, "busy", title: "Busy", detail: "The queue is full. Nothing was stored.",
      headerFields: [.retryAfter: String(seconds)])
  }

  static func overShareOfQueue(retryAfter seconds: Int) -> Problem {
    tooManyRequests("Your share of the queue (half) is full. Nothing was stored.", retryAfter: seconds)
  }

  static let tooManyStreams = busy("Too many event streams are open already.")
  static let tooManyWaits = busy("Too many requests are waiting already. Ask without Prefer: wait.")

  private static func busy(_ detail: String) -> Problem {
    Problem(
      .serviceUnavailable, "busy", title: "Busy", detail: detail,
      headerFields: [.retryAfter: String(RetryAfter.secondsWhenUnavailable)])
  }

  static func tooManyStreams(ofOneClient most: Int) -> Problem {
    tooManyRequests(
      "You have \(most) event streams open, which is the most for one client.",
      retryAfter: RetryAfter.secondsWhenUnavailable)
  }

  static func tooManyWaits(ofOneClient most: Int) -> Problem {
    tooManyRequests(
      "You have \(most) requests waiting, which is the most for one client. Ask without Prefer: wait.",
      retryAfter: RetryAfter.secondsWhenUnavailable)
  }

  /// One client has taken what one client may take.
  static func tooManyRequests(_ detail: String, retryAfter seconds: Int) -> Problem {
    Problem(
      .tooManyRequests, "too-many-requests", title: "Too many requests", detail: detail,
      headerFields: [.retryAfter: String(seconds)])
  }

  static func shuttingDown(retryAfter seconds: Int) -> Problem {
    Problem(
      .serviceUnavailable, "busy", title: "Busy", detail: "The service is shutting down. Nothing was stored.",
      headerFields: [.retryAfter: String(seconds)])
  }

  static func kindUnavailable(_ path: String) -> Problem {
    Problem(
      .serviceUnavailable, "kind-unavailable", title: "Kind unavailable",
      detail: "The process that got this request does not serve /\(path.quoted): another one may. Nothing was stored.",
      headerFields: [.retryAfter: "1"])
  }

  static let storeUnavailable = storeUnavailable("The store can't be used at the moment.")

  static func storeUnavailable(_ detail: String) -> Problem {
    Problem(
      .serviceUnavailable, "store-unavailable", title: "Store unavailable", detail: detail,
      headerFields: [.retryAfter: String(RetryAfter.secondsWhenUnavailable)])
  }

  static let internalError = Problem(
    .internalServerError, "internal-error", title: "Internal error", detail: "This is a fault of the service.")
}
