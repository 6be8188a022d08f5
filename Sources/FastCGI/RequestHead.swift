import HTTPTypes

/// Collects the CGI parameters of one request and makes a ``Request`` of them (RFC 3875 section 4.1).
struct RequestHead {
  /// Header fields that are kept, each line of a repeated one for itself, and the bytes of their values. nginx passes at
  /// most 32 KiB of them, by `large_client_header_buffers`.
  static let mostFields = 100
  static let mostFieldBytes = 64 << 10

  private(set) var method = ""
  private(set) var target = ""
  private(set) var contentLength: ContentLength = .absent
  /// The one field that is read before the request is made; `nil` where there is none, or it isn't kept.
  var contentType: [UInt8]? { fields.first { $0.name == .contentType }?.value }
  private var fields: [(name: HTTPField.Name, value: [UInt8])] = []
  private var lines = 0
  private var fieldBytes = 0
  private let kept: KeptFields?
  private var parameters = Parameters()

  enum ContentLength: Equatable {
    case absent
    case bytes(Int)
    /// Negative, not a number, or more than an `Int` holds.
    case impossible

    func isMet(by length: Int) -> Bool {
      switch self {
      case .absent: true
      case .bytes(let announced): announced == length
      case .impossible: false
      }
    }
  }

  /// Keeps the header fields that are in `kept`; `nil` keeps all.
  init(keeping kept: KeptFields? = nil) {
    self.kept = kept
  }

  /// Takes one parameter. A header field given twice is joined: nginx before 1.23 passes repeated fields so. An empty
  /// one is told from a missing one: whoever sends an empty key has to hear of it.
  mutating func take(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    var text: String { String(decoding: value, as: UTF8.self) }
    if name.starts(with: "HTTP_".utf8) {
      if let field = kept.map({ $0.name(of: name) }) ?? Self.name(of: name) { takeHeaderField(field, value) }
    } else if name.isEqual(to: "REQUEST_METHOD") {
      method = text
    } else if name.isEqual(to: "REQUEST_URI") {
      target = text
    } else if name.isEqual(to: "CONTENT_LENGTH") {
      if !value.isEmpty { contentLength = Self.contentLength(value) }
    } else if name.isEqual(to: "CONTENT_TYPE") {
      if !value.isEmpty { setContentType(value) }
    } else {
      parameters.append(name, value)
    }
  }

  private static func contentLength(_ text: UnsafeRawBufferPointer) -> ContentLength {
    guard text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return .impossible }
    return Int(String(decoding: text, as: UTF8.self)).map { .bytes($0) } ?? .impossible
  }

  /// The request, or `nil` where the web server passed no method that HTTP knows as one (RFC 9110 section 9.1).
  func request(body: Request.Body, receiver: (any BodyReceiver)? = nil) -> Request? {
    guard let method = HTTPRequest.Method(method) else { return nil }
    var headerFields = HTTPFields()
    headerFields.reserveCapacity(fields.count)
    for (name, value) in fields {
      headerFields.append(HTTPField(name: name, value: String(decoding: value, as: UTF8.self)))
    }
    return Request(
      method: method, target: target, headerFields: headerFields, parameters: parameters, body: body,
      receiver: receiver, hasTooManyFields: lines > Self.mostFields || fieldBytes > Self.mostFieldBytes)
  }

  /// A value grows in place, so that a field of many lines takes no more time than one of the same length.
  private mutating func takeHeaderField(_ name: HTTPField.Name, _ value: UnsafeRawBufferPointer) {
    lines += 1
    fieldBytes += value.count
    guard lines <= Self.mostFields, fieldBytes <= Self.mostFieldBytes else { return }
    if let index = fields.firstIndex(where: { $0.name == name }) {
      fields[index].value += (name == .cookie ? "; " : ", ").utf8
      fields[index].value += value
    } else {
      fields.append((name, Array(value)))
    }
  }

  /// The last one counts, where a web server passes several.
  private mutating func setContentType(_ value: UnsafeRawBufferPointer) {
    guard kept?.keepsContentType != false else { return }
    fields.removeAll { $0.name == .contentType }
    takeHeaderField(.contentType, value)
  }

  private static func name(of parameter: UnsafeRawBufferPointer) -> HTTPField.Name? {
    known.name(of: parameter) ?? (parameter.isEqual(to: "HTTP_PROXY") ? nil : fieldName(parameter.dropFirst(5)))
  }

  /// `ACCEPT_LANGUAGE` is `accept-language`. The length and type of the content have parameters of their own.
  private static func fieldName(_ name: some Collection<UInt8>) -> HTTPField.Name? {
    let field = HTTPField.Name(String(decoding: name.lazy.map { $0 == 0x5f ? 0x2d : $0 }, as: UTF8.self).lowercased())
    return field == .contentLength || field == .contentType ? nil : field
  }

  /// The ones that clients send all the time need not be made anew for each request.
  private static let known = KeptFields(
    [
      "host", "accept", "user-agent", "accept-encoding", "accept-language", "authorization", "cache-control",
      "connection", "cookie", "idempotency-key", "if-match", "if-none-match", "last-event-id", "origin", "prefer",
      "referer", "te", "x-forwarded-for", "x-forwarded-proto", "x-request-id",
    ].compactMap { HTTPField.Name($0) })
}
