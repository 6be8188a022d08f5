/// A job of any kind, as people and the service write it: `sheets/3`, or the `Location` of its submission,
/// `/sheets/3/status`, which may have the path of the service before it: `/api/sheets/3/status`.
public struct JobReference: Hashable, Sendable {
  public let collection: String
  public let id: Int64

  public init(collection: String, id: Int64) {
    self.collection = collection
    self.id = id
  }

  /// `nil` where the text is no such reference.
  public init?(_ text: String) {
    var parts = (text.hasPrefix("/") ? text.dropFirst() : text[...]).split(
      separator: "/", omittingEmptySubsequences: false)
    if parts.count > 2, let last = parts.last, ["", "status"].contains(last) { parts.removeLast() }
    // Where the service is, is for its address to say.
    if text.hasPrefix("/") { parts = parts.suffix(2) }
    guard parts.count == 2, Self.isCollection(String(parts[0])),
      parts[1].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let id = Int64(parts[1]), id > 0
    else { return nil }
    collection = String(parts[0])
    self.id = id
  }

  /// Whether a text may be the path of a kind.
  public static func isCollection(_ text: String) -> Bool {
    !["", ".", ".."].contains(text) && text.utf8.allSatisfy(isUnreserved)
  }

  /// RFC 3986 section 2.3: what a segment of a path may have as it is.
  static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~".utf8.contains(byte)
    }
  }
}
