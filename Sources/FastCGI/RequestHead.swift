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
  mutating func take(name: String, value: String) {
    switch name {
    case "REQUEST_METHOD": method = value
    case "REQUEST_URI": target = value
    case "CONTENT_LENGTH":
      if value.isEmpty { break }
      contentLength =
        value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(value).map { .bytes($0) } ?? .impossible : .impossible
    case "CONTENT_TYPE":
      if !value.isEmpty { headerFields[.contentType] = value }
    case "HTTP_PROXY": break  // a client's Proxy field must not look like a setting (httpoxy)
    default:
      if let field = Self.known[name] {
        takeHeaderField(field, value)
      } else if name.utf8.starts(with: "HTTP_".utf8) {
        if let field = Self.fieldName(name.utf8.dropFirst(5)) { takeHeaderField(field, value) }
      } else {
        parameters.append(name, value)
      }
    }
  }

  /// The request, or `nil` where the web server passed no method that HTTP knows as one (RFC 9110 section 9.1).
  func request(body: Request.Body) -> Request? {
    guard let method = HTTPRequest.Method(method) else { return nil }
    return Request(method: method, target: target, headerFields: headerFields, parameters: parameters, body: body)
  }

  private mutating func takeHeaderField(_ name: HTTPField.Name, _ value: String) {
    if let earlier = headerFields[name] {
      headerFields[name] = earlier + (name == .cookie ? "; " : ", ") + value
    } else {
      headerFields.append(HTTPField(name: name, value: value))
    }
  }

  /// `ACCEPT_LANGUAGE` is `accept-language`. The length and type of the content have parameters of their own.
  private static func fieldName(_ name: Substring.UTF8View) -> HTTPField.Name? {
    let field = HTTPField.Name(String(decoding: name.lazy.map { $0 == 0x5f ? 0x2d : $0 }, as: UTF8.self).lowercased())
    return field == .contentLength || field == .contentType ? nil : field
  }

  /// The ones that clients send all the time need not be made anew for each request.
  private static let known: [String: HTTPField.Name] = {
    let names = [
      "HOST", "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "AUTHORIZATION", "CACHE_CONTROL", "CONNECTION", "COOKIE",
      "IDEMPOTENCY_KEY", "IF_MATCH", "IF_NONE_MATCH", "LAST_EVENT_ID", "ORIGIN", "PREFER", "REFERER", "TE",
      "USER_AGENT", "X_FORWARDED_FOR", "X_FORWARDED_PROTO", "X_REQUEST_ID",
    ]
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in fieldName(name[...].utf8).map { ("HTTP_" + name, $0) } })
  }()
}
