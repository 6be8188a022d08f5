import HTTPTypes
import JobsHTTP
import StrictJSON

/// What the contract says of every answer, whatever was asked.
enum Contract {
  static func check(_ answer: Answer, to method: String) throws {
    try checkHead(answer)
    try checkBody(answer, to: method)
    try demand(answer.status < 500 || answer.status == 503, "status \(answer.status)")
    if answer.status >= 400 { try checkProblem(answer) }
    switch answer.status {
    case 202:
      let id = try identifier(answer)
      try demand(answer.fields[.location]?.hasSuffix("/\(id)/status") == true, "a 202 without its Location")
      try demand(isWholeSeconds(answer.fields[.retryAfter]), "a 202 without Retry-After")
    case 201:
      let id = try identifier(answer)
      try demand(answer.fields[.location]?.hasSuffix("/\(id)") == true, "a 201 without its Location")
      try demand(answer.fields[.preferenceApplied]?.hasPrefix("wait=") == true, "a 201 that nobody waited for")
    case 304:
      try demand(answer.fields[.eTag] != nil, "a 304 without ETag")
    case 405:
      try demand(answer.fields[.allow]?.isEmpty == false, "a 405 without Allow")
    case 415:
      try demand(answer.fields[.accept] != nil, "a 415 without Accept")
    case 503:
      try demand(isWholeSeconds(answer.fields[.retryAfter]), "a 503 without Retry-After")
    default:
      break
    }
    if method == "OPTIONS", answer.status < 400 {
      try demand(answer.fields[.allow]?.isEmpty == false, "an answer to OPTIONS without Allow")
    }
  }

  /// `{"id":3}` and nothing else.
  static func identifier(_ answer: Answer) throws -> String {
    guard case .object(let members)? = answer.document, members.count == 1, members[0].name == "id",
      case .number(let id) = members[0].value
    else { throw Violation("the body of a \(answer.status) is no id") }
    return id
  }

  /// Nothing that a client sent ends a line, or begins one.
  private static func checkHead(_ answer: Answer) throws {
    let lines = answer.head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let hasLength = answer.bytes != nil && !answer.isStream
    try demand(lines.count == answer.fields.count + (hasLength ? 4 : 3), "a field that is more than one line")
    for line in lines.dropLast() {
      try demand(line.last == UInt8(ascii: "\r"), "a line of the head without CR")
      let isClean = line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
      try demand(isClean, "a control character in \(String(decoding: line, as: UTF8.self))")
    }
    var names: Set<String> = []
    for field in answer.fields where ["content-type", "etag", "location"].contains(field.name.canonicalName) {
      try demand(names.insert(field.name.canonicalName).inserted, "\(field.name) twice")
    }
  }

  private static func checkBody(_ answer: Answer, to method: String) throws {
    if let failure = answer.failure { throw Violation("a stream broke off: \(failure)") }
    guard let bytes = answer.bytes else {
      // The length of what a GET would get.
      let hasLength = method == "HEAD" && (answer.fields[.contentLength].flatMap { Int($0) } ?? -1) >= 0
      return try demand([204, 304].contains(answer.status) || hasLength, "a \(answer.status) without a body")
    }
    try demand(answer.fields[.contentLength] == nil, "two lengths of a body")
    try demand(answer.status != 204 && answer.status != 304, "a \(answer.status) with a body")
    try demand(answer.fields[.contentType] != nil, "a body without Content-Type")
    if answer.isStream {
      try checkEvents(bytes)
    } else if answer.isJSON {
      do {
        _ = try JSONReader.read(bytes)
      } catch {
        throw Violation("a body that is no JSON: \(error)")
      }
    }
  }

  /// Lines of known fields; what `data:` carries is JSON. The last line may be cut off.
  private static func checkEvents(_ bytes: [UInt8]) throws {
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      guard let text = String(validating: line, as: UTF8.self) else { throw Violation("an event that is not UTF-8") }
      let isKnown = text.isEmpty || [":", "id:", "event:", "data:", "retry:"].contains { text.hasPrefix($0) }
      try demand(isKnown, "a line that is of no event: \(text)")
      if text.hasPrefix("data:") {
        do {
          _ = try JSONReader.read(Array(text.utf8.dropFirst(5)))
        } catch {
          throw Violation("data that is no JSON: \(error)")
        }
      }
    }
  }

  private static func checkProblem(_ answer: Answer) throws {
    try demand(answer.fields[.contentType] == "application/problem+json", "an error that is no problem document")
    guard let document = answer.document else { throw Violation("an error without a document") }
    try demand(document["status"] == .number(String(answer.status)), "a problem with another status")
    for name in ["type", "title", "detail", "code"] {
      guard case .string(let text)? = document[name] else { throw Violation("a problem without \(name)") }
      try demand(!text.isEmpty, "a problem with an empty \(name)")
    }
    if document["code"] == .string("order-not-finished") {
      try demand(isWholeSeconds(answer.fields[.retryAfter]), "not finished, and no Retry-After")
    }
    if answer.status == 503 { try demand(document["code"] == .string("busy"), "unavailable") }
    if answer.status == 422, document["code"] == .string("invalid-order") {
      guard case .array(let errors)? = document["errors"], !errors.isEmpty else { throw Violation("no errors named") }
    }
  }

  private static func isWholeSeconds(_ value: String?) -> Bool {
    value.flatMap { Int($0) }.map { $0 >= 1 } ?? false
  }
}

extension HTTPField.Name {
  static let preferenceApplied = Self("Preference-Applied")!
  static let idempotentReplayed = Self("Idempotent-Replayed")!
}
