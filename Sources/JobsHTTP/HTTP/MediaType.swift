/// A media type without its parameters (RFC 9110 section 8.3.1).
struct MediaType: Hashable, Sendable {
  let type: String
  let subtype: String

  static let html = MediaType("text/html")!
  static let json = MediaType("application/json")!
  static let problem = MediaType("application/problem+json")!
  static let plainText = MediaType("text/plain")!
  static let eventStream = MediaType("text/event-stream")!

  init?(_ text: String) {
    guard let essence = FieldSyntax.parts(of: text[...], separatedBy: UInt8(ascii: ";")).first,
      let slash = essence.utf8.firstIndex(of: UInt8(ascii: "/"))
    else { return nil }
    let type = essence[..<slash]
    let subtype = essence[essence.utf8.index(after: slash)...]
    guard FieldSyntax.isToken(type), FieldSyntax.isToken(subtype) else { return nil }
    self.type = type.lowercased()
    self.subtype = subtype.lowercased()
  }

  /// `application/json` and what is built on it (RFC 6839): `application/vnd.shop+json`.
  var isJSON: Bool {
    type == "application" && (subtype == "json" || subtype.hasSuffix("+json"))
  }
}
