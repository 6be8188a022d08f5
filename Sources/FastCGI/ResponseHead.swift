import HTTPTypes

/// The head of an answer in CGI form (RFC 3875 section 6): `Status`, then the header fields.
enum ResponseHead {
  /// Appends it with its empty line. `contentLength` is `nil` for an answer without one (204, 304, streams).
  static func append(_ response: Response, contentLength: Int?, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "Status: ".utf8)
    appendNumber(response.status.code, to: &bytes)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: response.status.reasonPhrase.utf8)
    bytes.append(contentsOf: "\r\n".utf8)
    for field in response.headerFields {
      bytes.append(contentsOf: field.name.rawName.utf8)
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: field.value.utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    if let contentLength {
      bytes.append(contentsOf: "Content-Length: ".utf8)
      appendNumber(contentLength, to: &bytes)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    bytes.append(contentsOf: "\r\n".utf8)
  }

  private static func appendNumber(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 10 { appendNumber(number / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
