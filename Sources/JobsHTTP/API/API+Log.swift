import FastCGI
import HTTPTypes
import Jobs
import Kinds

/// What a job's program logged.
extension API {
  /// `GET /reports/3/log`, of kinds whose logs their jobs' owners may read.
  func log(_ call: Call, _ id: JobID) async throws -> Response {
    let job = try await job(id, call, withInput: false)
    guard let bytes = try await store.log(of: id) else { throw Problem.noLog(call.kind.noun, job) }
    var response = Response.log(bytes, known: call.fields.ifNoneMatch)
    announceEnd(of: job, call.kind, in: &response)
    return response
  }
}

extension Response {
  /// A log as text: what is not UTF-8 in it becomes U+FFFD. Its tag is that of its bytes, for a log may grow while nothing
  /// else of its job changes. `known` is an `If-None-Match`.
  static func log(_ bytes: [UInt8], known: String?) -> Response {
    let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
    let tag = EntityTag(document: text)
    if let known, tag.isNamed(in: known) { return .notModified(tag) }
    var response = Response.changing(text, tag, type: "text/plain; charset=utf-8")
    // It may be somebody else's text: no browser is to take it for a page.
    response.headerFields.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
    return response
  }
}
