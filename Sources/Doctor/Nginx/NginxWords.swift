/// The words of a configuration file, as nginx takes them apart: blanks divide, quotes and backslashes join, `#` at the
/// beginning of a word is a comment, and `${name}` is no block.
struct NginxWords {
  enum Word: Equatable {
    case text(String)
    case open, close, end
  }

  private let bytes: [UInt8]
  private var index = 0
  private(set) var line: Int
  private let file: String

  init(_ text: some StringProtocol, file: String, line: Int = 1) {
    bytes = Array(text.utf8)
    self.file = file
    self.line = line
  }

  var place: Place { Place(file: file, line: line) }

  /// `nil` at the end of the file.
  mutating func next() throws(UnreadableConfiguration) -> Word? {
    skipBlanks()
    guard index < bytes.count else { return nil }
    switch bytes[index] {
    case UInt8(ascii: "{"): return single(.open)
    case UInt8(ascii: "}"): return single(.close)
    case UInt8(ascii: ";"): return single(.end)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try quoted())
    default: return .text(plain())
    }
  }

  private mutating func single(_ word: Word) -> Word {
    index += 1
    return word
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "#"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        continue
      default: return
      }
      index += 1
    }
  }

  private mutating func quoted() throws(UnreadableConfiguration) -> String {
    let (begin, quote) = (place, bytes[index])
    index += 1
    var word: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote { return String(decoding: word, as: UTF8.self) }
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\\"), index < bytes.count {
        word += escaped(bytes[index])
        index += 1
      } else {
        word.append(byte)
      }
    }
    throw UnreadableConfiguration(place: begin, reason: "a quote without an end")
  }

  private mutating func plain() -> String {
    var (word, isVariable): ([UInt8], Bool) = ([], false)
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "{") where word.last == UInt8(ascii: "$"): isVariable = true
      case UInt8(ascii: "}") where isVariable: isVariable = false
      case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"),
        UInt8(ascii: "\n"):
        return String(decoding: word, as: UTF8.self)
      case UInt8(ascii: "\\") where index + 1 < bytes.count:
        index += 1
        word += escaped(bytes[index])
        index += 1
        continue
      default: break
      }
      word.append(byte)
      index += 1
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// Only quotes, blanks of these kinds and the backslash lose theirs; a regular expression keeps it.
  private func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): [byte]
    case UInt8(ascii: "t"): [UInt8(ascii: "\t")]
    case UInt8(ascii: "r"): [UInt8(ascii: "\r")]
    case UInt8(ascii: "n"): [UInt8(ascii: "\n")]
    default: [UInt8(ascii: "\\"), byte]
    }
  }
}
