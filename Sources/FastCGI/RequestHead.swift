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

  /// Takes one parameter. A header field given twice is joined: nginx before 1.23 passes repeated fields so.
  mutating func take(name: Substring, value: String) {
    switch name {
    case "REQUEST_METHOD": method = value
    case "REQUEST_URI": target = value
    case "CONTENT_LENGTH":
      if value.isEmpty { break }
      contentLength =
        value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(value).map { .bytes($0) } ?? .impossible : .impossible
    case "CONTENT_TYPE":
      if !value.isEmpty { headerFields[.contentType] = value }
    default:
      if name.hasPrefix("HTTP_") {
        takeHeaderField(name.dropFirst(5), value)
      } else {
        parameters.append(String(name), value)
      }
    }
  }

  /// The request, or `nil` where the web server passed no method that HTTP knows as one (RFC 9110 section 9.1).
  func request(body: Request.Body) -> Request? {
    guard let method = HTTPRequest.Method(method) else { return nil }
    return Request(method: method, target: target, headerFields: headerFields, parameters: parameters, body: body)
  }

  private mutating func takeHeaderField(_ name: Substring, _ value: String) {
    guard !value.isEmpty, let name = Self.fieldName(name) else { return }
    if let earlier = headerFields[name] {
      headerFields[name] = earlier + (name == .cookie ? "; " : ", ") + value
    } else {
      headerFields[name] = value
    }
  }

  /// `ACCEPT_LANGUAGE` is `accept-language`; the ones every client sends need not be made anew each time.
  private static func fieldName(_ name: Substring) -> HTTPField.Name? {
    switch name {
    case "HOST": hostName
    case "ACCEPT": .accept
    case "USER_AGENT": .userAgent
    case "CONTENT_LENGTH", "CONTENT_TYPE": nil
    default: HTTPField.Name(String(decoding: name.utf8.lazy.map { $0 == 0x5f ? 0x2d : $0 }, as: UTF8.self).lowercased())
    }
  }

  private static let hostName = HTTPField.Name("host")
}
