import Glibc
import HTTPTypes

/// Collects the CGI parameters of one request and makes a ``Request`` of them (RFC 3875 section 4.1).
struct RequestHead {
  private(set) var method = ""
  private(set) var target = ""
  private(set) var contentLength: ContentLength = .absent
  private var headerFields = HTTPFields()
  private var parameters = Parameters()

  enum ContentLength: Equatable {
    case absent
    case bytes(Int)
    /// Negative, not a number, or more than an `Int` holds.
    case impossible
  }

  /// Takes one parameter. A header field given twice is joined: nginx before 1.23 passes repeated fields so. An empty
  /// one is told from a missing one: whoever sends an empty key has to hear of it.
  mutating func take(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    var text: String { String(decoding: value, as: UTF8.self) }
    if let field = Self.known.first(where: { name.isEqual(to: $0.parameter) })?.field {
      takeHeaderField(field, text)
    } else if name.starts(with: "HTTP_".utf8) {
      // A client's Proxy field must not look like a setting (httpoxy).
      if !name.isEqual(to: "HTTP_PROXY"), let field = Self.fieldName(name.dropFirst(5)) { takeHeaderField(field, text) }
    } else if name.isEqual(to: "REQUEST_METHOD") {
      method = text
    } else if name.isEqual(to: "REQUEST_URI") {
      target = text
    } else if name.isEqual(to: "CONTENT_LENGTH") {
      if !value.isEmpty { contentLength = Self.contentLength(value) }
    } else if name.isEqual(to: "CONTENT_TYPE") {
      if !value.isEmpty { headerFields[.contentType] = text }
    } else {
      parameters.append(name, value)
    }
  }

  private static func contentLength(_ text: UnsafeRawBufferPointer) -> ContentLength {
    guard text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return .impossible }
    return Int(String(decoding: text, as: UTF8.self)).map { .bytes($0) } ?? .impossible
  }

  /// The request, or `nil` where the web server passed no method that HTTP knows as one (RFC 9110 section 9.1).
  func request(body: Request.Body) -> Request? {
    guard let method = HTTPRequest.Method(method) else { return nil }
    return Request(method: method, target: target, headerFields: headerFields, parameters: parameters, body: body)
  }

  private mutating func takeHeaderField(_ name: HTTPField.Name, _ value: String) {
    if headerFields.contains(name), let earlier = headerFields[name] {
      headerFields[name] = earlier + (name == .cookie ? "; " : ", ") + value
    } else {
      headerFields.append(HTTPField(name: name, value: value))
    }
  }

  /// `ACCEPT_LANGUAGE` is `accept-language`. The length and type of the content have parameters of their own.
  private static func fieldName(_ name: some Collection<UInt8>) -> HTTPField.Name? {
    let field = HTTPField.Name(String(decoding: name.lazy.map { $0 == 0x5f ? 0x2d : $0 }, as: UTF8.self).lowercased())
    return field == .contentLength || field == .contentType ? nil : field
  }

  /// The ones that clients send all the time need not be made anew for each request.
  private static let known: [(parameter: StaticString, field: HTTPField.Name)] = {
    let parameters: [StaticString] = [
      "HTTP_HOST", "HTTP_ACCEPT", "HTTP_USER_AGENT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE",
      "HTTP_AUTHORIZATION", "HTTP_CACHE_CONTROL", "HTTP_CONNECTION", "HTTP_COOKIE", "HTTP_IDEMPOTENCY_KEY",
      "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_LAST_EVENT_ID", "HTTP_ORIGIN", "HTTP_PREFER", "HTTP_REFERER",
      "HTTP_TE", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID",
    ]
    return parameters.compactMap { parameter in
      parameter.withUTF8Buffer { fieldName($0.dropFirst(5)) }.map { (parameter, $0) }
    }
  }()
}

extension UnsafeRawBufferPointer {
  fileprivate func isEqual(to text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount, let baseAddress else { return false }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }
}
