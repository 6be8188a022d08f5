/// The strong tag of one state of a resource (RFC 9110 section 8.8.3): the store's name and a change number.
struct EntityTag: Sendable {
  /// To be raised when the form of any document changes, so that no client keeps an old form because of an equal tag.
  static let form = 1

  /// With its quotes.
  let text: String

  /// `scope` tells apart what different users see under one URL at one change number.
  init(store: String, change: Int64, scope: String = "", form: Int = EntityTag.form) {
    var text = "\""
    text.reserveCapacity(store.utf8.count + 24)
    text += store
    text += "-"
    text += String(change)
    if form > 1 { text += ".\(form)" }
    if !scope.isEmpty { text += "." + String(Self.digest(scope.utf8), radix: 36) }
    text += "\""
    self.text = text
  }

  /// For a document that has no change number.
  init(document: [UInt8]) {
    text = "\"" + String(Self.digest(document), radix: 36) + "\""
  }

  /// Whether an `If-None-Match` of this value names it: weakly, as GET compares (RFC 9110 section 13.1.2), so that the
  /// `W/` which nginx puts before the tag of what it compresses makes no difference.
  func isNamed(in ifNoneMatch: String) -> Bool {
    var rest = ifNoneMatch.utf8[...]
    func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") } }
    skipBlanks()
    if rest.first == UInt8(ascii: "*") { return rest.dropFirst().allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    while !rest.isEmpty {
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      guard rest.first == UInt8(ascii: "\""), let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else {
        return false
      }
      if rest[...end].elementsEqual(text.utf8) { return true }
      rest = rest[end...].dropFirst()
      skipBlanks()
    }
    return false
  }

  /// FNV-1a.
  private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
