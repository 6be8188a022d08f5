import StrictJSON

extension ClientFailure {
  /// What an answer means that is not the one hoped for.
  static func of(_ answer: Answer, at address: ServiceAddress) -> ClientFailure {
    let problem = Problem(answer)
    var failure: ClientFailure
    switch (answer.status, problem) {
    case (401, _): failure = .wantsLogin(at: address)
    case (_, let problem?):
      failure = ClientFailure(problem.exit, problem.advice(at: address, retryAfter: answer.retryAfter))
    case (502...504, nil):
      failure = ClientFailure(
        .away, "something before \(address) answers \(answer.status): is the service behind it running?")
    case (_, nil): failure = .foreign(answer, at: address)
    }
    if problem != nil { failure.document = answer.body }
    failure.retryAfter = answer.retryAfter
    // What a service of ours means by 503 is that it took nothing.
    failure.mayBeTaken = [502, 504].contains(answer.status) || (answer.status == 503 && problem == nil)
    return failure
  }

  private static func wantsLogin(at address: ServiceAddress) -> ClientFailure {
    guard address.authorization != nil else {
      if let other = address.loginIsFor {
        return ClientFailure(
          .forbidden,
          "\(address) wants a login, and the one in the environment is for \(other): set ORDERS_URL to \(address)")
      }
      return ClientFailure(
        .forbidden, "\(address) wants a login: set ORDERS_USER and ORDERS_PASSWORD, or ORDERS_TOKEN")
    }
    let whose = address.user.map { " of \(PrintableText.text($0))" } ?? ""
    return ClientFailure(
      .forbidden,
      "\(address) does not take this login\(whose): look at ORDERS_USER and ORDERS_PASSWORD, or ORDERS_TOKEN")
  }

  /// What is sent has no end in sight.
  static func tooMuch(from address: ServiceAddress) -> ClientFailure {
    ClientFailure(.foreign, "\(address) sends more than a job service would: set --url or ORDERS_URL")
  }

  static func noKind(_ kind: String, at address: ServiceAddress) -> ClientFailure {
    ClientFailure(
      .notFound, "\(address) has no kind of work with the path \(kind): orders kinds list shows those that it has")
  }

  /// Something answers, and it is none of ours.
  static func foreign(_ answer: Answer, at address: ServiceAddress) -> ClientFailure {
    let type = answer.type.isEmpty ? "no type" : PrintableText.text(answer.type)
    return ClientFailure(
      .foreign,
      "\(address) answers, but not as a job service (\(answer.status), \(type)): set --url or ORDERS_URL")
  }
}

/// A problem document (RFC 9457) of a job service.
private struct Problem {
  private let status: Int
  private let code: String
  private let detail: String
  private let faults: [String]
  private let instance: String?

  /// `nil` where it is none.
  init?(_ answer: Answer) {
    guard answer.type == "application/problem+json", let json = answer.json,
      json["type"]?.string?.hasPrefix("urn:orders:problem:") == true, let code = json["code"]?.string
    else { return nil }
    status = answer.status
    self.code = code
    instance = json["instance"]?.string.map(PrintableText.text)
    faults = (json["errors"]?.elements ?? []).map { fault in
      PrintableText.text("\(fault["pointer"]?.string ?? "") \(fault["detail"]?.string ?? "")")
    }
    let detail = PrintableText.text(json["detail"]?.string ?? json["title"]?.string ?? code)
    self.detail = detail + (json["error"].map { " " + FailureReason($0).text } ?? "")
  }

  var exit: ClientExit {
    switch (status, code) {
    case (409, _) where code.hasSuffix("-failed"): .failed
    case (409, _) where code.hasSuffix("-cancelled"): .cancelled
    case (409, _) where code.hasSuffix("-already-finished"): .alreadyFinished
    case (409, _) where code.hasSuffix("-not-finished"): .notFinished
    case (404, _), (410, _): .notFound
    case (403, _): .forbidden
    case (429, _), (503, _): .busy
    case (502, _), (504, _): .away
    case (400..<500, _): .refused
    default: .other
    }
  }

  func advice(at address: ServiceAddress, retryAfter: Int?) -> String {
    switch exit {
    case .refused: return ([detail] + faults.prefix(10)).joined(separator: " ") + (faults.count > 10 ? " …" : "")
    case .notFinished: return "\(detail) Wait for it with orders watch, or with --wait"
    case .busy: return "\(detail) Try again" + (retryAfter.map { " in \($0) s" } ?? " later")
    case .away: return "\(address): \(detail) Are its responders running (deploy/up, or orders serve)?"
    case .other: return "\(address): \(detail) Its log tells more" + (instance.map { " (\($0))" } ?? "")
    default: return detail
    }
  }
}
