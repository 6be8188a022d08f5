public import FastCGI
public import HTTPTypes
import Jobs
public import Kinds
import StrictJSON

/// An error as clients see it (RFC 9457), with a stable code for programs.
public struct Problem: Error, Sendable {
  public var status: HTTPResponse.Status
  /// `report-not-finished`; the last part of `type`.
  public var code: String
  public var title: String
  public var detail: String
  /// What is wrong with the body's shape.
  public var violations = InvalidBody()
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

  /// Bytes of the listed violations; with the rest of the document it stays under 64 KiB.
  private static let mostErrorBytes = 48 << 10

  /// `requestID` is the web server's (`REQUEST_ID`), for `instance`. However long the request was, the document is shorter
  /// than 64 KiB: it lists the first violations, and says that there are more.
  public func response(requestID: String?) -> Response {
    let (errors, listed) = errorList
    let rest = listed < violations.violations.count || violations.hasMore ? " The first \(listed) are listed." : ""
    var writer = JSONWriter(capacity: errors.count + 512)
    writer.problem(code: code, title: title, status: status.code, detail: detail + rest)
    if let requestID, !requestID.isEmpty {
      writer.raw(#","instance":"#)
      writer.string("urn:request:" + requestID.quoted)
    }
    if let parameter {
      writer.raw(#","parameter":"#)
      writer.string(parameter.quoted)
    }
    if let (failure, noun) = failure {
      writer.raw(#","error":"#)
      writer.failure(failure, of: noun)
    }
    if listed > 0 {
      writer.raw(#","errors":["#)
      writer.raw(errors)
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

  /// As many violations as there is room for: a quote of 256 characters can take 1,536 bytes.
  private var errorList: (json: [UInt8], count: Int) {
    var list = JSONWriter(capacity: 128 * violations.violations.count)
    for (index, violation) in violations.violations.enumerated() {
      var error = JSONWriter(capacity: 128)
      error.raw(index == 0 ? #"{"pointer":"# : #",{"pointer":"#)
      error.string(violation.pointer.description)
      error.raw(#","detail":"#)
      error.string(violation.detail.quoted)
      error.raw("}")
      guard list.bytes.count + error.bytes.count <= Self.mostErrorBytes else { return (list.bytes, index) }
      list.raw(error.bytes)
    }
    return (list.bytes, violations.violations.count)
  }
}

extension JSONWriter {
  /// A job's own failure as a problem object.
  mutating func failure(_ failure: JobFailure, of noun: String) {
    problem(code: failure.code, title: "The \(noun) failed", status: 500, detail: failure.detail)
    if let pointer = failure.pointer {
      raw(#","pointer":"#)
      string(pointer)
    }
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
