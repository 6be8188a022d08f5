import StrictJSON

/// A whole answer of a service.
struct Answer: Hashable, Sendable {
  let status: Int
  /// Names in lower case.
  let fields: [String: String]
  let body: [UInt8]

  init(status: Int, fields: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// The media type without its parameters, in lower case.
  var type: String {
    (fields["content-type"] ?? "").prefix { $0 != ";" }.lowercased().replacing(" ", with: "")
  }

  /// The body as JSON; `nil` if it is not JSON.
  var json: JSON? { JSON(document: body) }

  /// RFC 9110, in seconds; a date is not read.
  var retryAfter: Int? { fields["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
}
