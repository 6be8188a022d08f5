public import FastCGI
public import HTTPTypes
import Jobs

/// An error as clients see it (RFC 9457), with a stable code for programs.
public struct Problem: Error, Sendable {
  public var status: HTTPResponse.Status
  /// `order-not-finished`; the last part of `type`.
  public var code: String
  public var title: String
  public var detail: String
  /// What is wrong with the body's shape.
  public var violations: [InvalidBody.Violation] = []
  /// The query parameter that is wrong.
  public var parameter: String?
  /// Why the job itself failed, with the word for such a job.
  var failure: (JobFailure, noun: String)?
  /// Further members of the document, as JSON without the braces around them.
  var more: [UInt8] = []
  /// `Allow`, `Accept`, `Retry-After`.
  public var headerFields: HTTPFields

  public init(
    _ status: HTTPResponse.Status, _ code: String, title: String, detail: String, headerFields: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.headerFields = headerFields
  }

  /// A body with very many violations gets that many told.
  static let mostViolations = 1000

  /// `requestID` is the web server's (`REQUEST_ID`), for `instance`.
  public func response(requestID: String?) -> Response {
    var writer = JSONWriter()
    writer.problem(code: code, title: title, status: status.code, detail: detail)
    if let requestID, !requestID.isEmpty {
      writer.raw(#","instance":"#)
      writer.string("urn:request:" + requestID)
    }
    if let parameter {
      writer.raw(#","parameter":"#)
      writer.string(parameter)
    }
    if let (failure, noun) = failure {
      writer.raw(#","error":"#)
      writer.failure(failure, of: noun)
    }
    if !violations.isEmpty {
      writer.raw(#","errors":["#)
      for (index, violation) in violations.prefix(Self.mostViolations).enumerated() {
        writer.raw(index == 0 ? #"{"pointer":"# : #",{"pointer":"#)
        writer.string(violation.pointer.description)
        writer.raw(#","detail":"#)
        writer.string(violation.detail)
        writer.raw("}")
      }
      writer.raw("]")
    }
    if !more.isEmpty {
      writer.raw(",")
      writer.raw(more)
    }
    writer.raw("}")
    var fields = headerFields
    fields.append(.problemJSON)
    // A cache may keep a 404 or a 410 by itself, and give it to somebody else.
    fields.append(.noStore)
    return Response(status: status, headerFields: fields, body: .bytes(writer.bytes))
  }
}

extension JSONWriter {
  /// A job's own failure as a problem object.
  mutating func failure(_ failure: JobFailure, of noun: String) {
    problem(code: failure.code, title: "The \(noun) failed", status: 500, detail: failure.detail)
    raw("}")
  }

  /// A problem object without its closing brace.
  fileprivate mutating func problem(code: String, title: String, status: Int, detail: String) {
    raw(#"{"type":"#)
    string("urn:orders:problem:" + code)
    raw(#","title":"#)
    string(title)
    raw(#","status":"#)
    integer(status)
    raw(#","detail":"#)
    string(detail)
    raw(#","code":"#)
    string(code)
  }
}
