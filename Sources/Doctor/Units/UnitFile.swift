/// A unit of systemd: its file and the drop-ins that change it, one after the other (systemd.syntax(7)).
public struct UnitFile: Sendable {
  struct Entry: Sendable {
    var section: String
    var key: String
    var value: String
    var place: Place
  }

  public let name: String
  private(set) var entries: [Entry] = []
  private var head: Place

  /// `files` are the unit's own text, then its drop-ins in their order.
  public init(name: String, files: [(path: String, text: String)]) {
    self.name = name
    head = Place(file: files.first?.path ?? name, line: 1)
    for file in files { read(file.text, file.path) }
  }

  /// The last value of a key that has one.
  func entry(_ section: String, _ key: String) -> Entry? {
    all(section, key).last
  }

  func value(_ section: String, _ key: String) -> String? { entry(section, key)?.value }

  /// All values of a key that may be given more than once: an empty one forgets those before.
  func all(_ section: String, _ key: String) -> [Entry] {
    entries.reduce(into: []) { found, entry in
      guard entry.section == section, entry.key == key else { return }
      if entry.value.isEmpty { found = [] } else { found.append(entry) }
    }
  }

  /// Where to mend: the last line with the key, or the file that lacks it.
  func place(_ section: String, _ key: String) -> Place {
    entries.last { $0.section == section && $0.key == key }?.place ?? head
  }

  private mutating func read(_ text: String, _ path: String) {
    var (section, begun, begin) = ("", "", 0)
    for (number, line) in lines(of: text).enumerated() {
      let line = trimmed(line)
      // A comment may stand between the lines of one value.
      if isComment(line) { continue }
      if begun.isEmpty { begin = number + 1 }
      if line.utf8.last == UInt8(ascii: "\\") {
        begun += line.dropLast() + " "
        continue
      }
      let whole = trimmed(begun + line)
      begun = ""
      if whole.utf8.first == UInt8(ascii: "["), whole.utf8.last == UInt8(ascii: "]") {
        section = String(whole.dropFirst().dropLast())
      } else if let equals = whole.utf8.firstIndex(of: UInt8(ascii: "=")) {
        entries.append(
          Entry(
            section: section, key: String(trimmed(whole[..<equals])),
            value: String(trimmed(whole[whole.utf8.index(after: equals)...])), place: Place(file: path, line: begin)))
      }
    }
  }
}

/// The lines of a file, with the `\r` before an end: to a Swift `Character`, `\r\n` is neither of both, so bytes are looked
/// at in all these files.
func lines(of text: String) -> [Substring] {
  text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
}

func isComment(_ line: some StringProtocol) -> Bool {
  line.utf8.first == UInt8(ascii: "#") || line.utf8.first == UInt8(ascii: ";")
}

func trimmed(_ text: some StringProtocol) -> String {
  let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  let start = Substring(text).utf8.drop(while: isBlank)
  return String(Substring(start.prefix(start.count - start.reversed().prefix(while: isBlank).count)))
}
