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

  /// Whether an `If-None-Match` or `If-Match` of this value names it: weakly, as GET compares (RFC 9110 section 13.1.2),
  /// so that the `W/` which nginx puts before the tag of what it compresses makes no difference.
  func isNamed(in value: String) -> Bool { Self.isNamed(text, in: value) }

  /// The same of a tag's text. A document that has no tag (`nil`) is named by a star only.
  static func isNamed(_ tag: String?, in value: String) -> Bool {
    find(in: value, { named in tag.map { named.elementsEqual($0.utf8) } ?? false })
  }

  /// The change numbers whose tags a field of this value names; `nil` for a star, which names every one.
  static func changes(namedIn value: String, store: String, scope: String = "") -> Set<Int64>? {
    var changes: Set<Int64> = []
    let prefix = "\"\(store)-"
    let isStar = find(in: value) { named in
      if named.starts(with: prefix.utf8),
        let change = Int64(Substring(named.dropFirst(prefix.utf8.count).prefix { (0x30...0x39).contains($0) })),
        named.elementsEqual(EntityTag(store: store, change: change, scope: scope).text.utf8)
      {
        changes.insert(change)
      }
      return false
    }
    return isStar ? nil : changes
  }

  /// Whether the value is a star, or has a tag that is the one: each is shown with its quotes and without `W/`. Behind a
  /// tag that is malformed none is read.
  private static func find(in value: String, _ isTheOne: (Substring.UTF8View) -> Bool) -> Bool {
    var rest = value.utf8[...]
    func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") } }
    skipBlanks()
    if rest.first == UInt8(ascii: "*") { return rest.dropFirst().allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    while !rest.isEmpty {
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      guard rest.first == UInt8(ascii: "\""), let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else {
        return false
      }
      if isTheOne(rest[...end]) { return true }
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
