import Foundation

/// Reads one JSON document. A service's documents are its own affair: this is strict enough to tell one from HTML.
public struct JSONParser {
  private static let nestingLimit = 64

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// `nil` where it isn't one.
  public static func value(of bytes: [UInt8]) -> JSONValue? {
    var parser = JSONParser(bytes: bytes)
    guard let value = parser.value() else { return nil }
    parser.skipBlanks()
    return parser.position == bytes.count ? value : nil
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func value() -> JSONValue? {
    skipBlanks()
    switch current {
    case UInt8(ascii: "{"): return object()
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "\""): return string().map(JSONValue.string)
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func object() -> JSONValue? {
    guard enter() else { return nil }
    var members: [String: JSONValue] = [:]
    if !take("}") {
      repeat {
        skipBlanks()
        guard current == UInt8(ascii: "\""), let name = string() else { return nil }
        skipBlanks()
        guard take(":"), let value = value() else { return nil }
        members[name] = value
        skipBlanks()
      } while take(",")
      guard take("}") else { return nil }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() -> JSONValue? {
    guard enter() else { return nil }
    var elements: [JSONValue] = []
    if !take("]") {
      repeat {
        guard let value = value() else { return nil }
        elements.append(value)
        skipBlanks()
      } while take(",")
      guard take("]") else { return nil }
    }
    depth -= 1
    return .array(elements)
  }

  /// Takes the opening bracket and what blank follows it.
  private mutating func enter() -> Bool {
    guard depth < Self.nestingLimit else { return false }
    depth += 1
    position += 1
    skipBlanks()
    return true
  }

  /// Finds the closing quote; what stands for what inside of it Foundation knows.
  private mutating func string() -> String? {
    let start = position
    var isPlain = true
    position += 1
    while let byte = current, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        position += 1
      }
      position += 1
    }
    guard take("\"") else { return nil }
    let quoted = bytes[start..<position]
    guard isPlain, !quoted.contains(where: { $0 < 0x20 }) else {
      return try? JSONDecoder().decode(String.self, from: Data(quoted))
    }
    return String(validating: quoted.dropFirst().dropLast(), as: UTF8.self)
  }

  private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
    guard bytes[position...].starts(with: word.utf8) else { return nil }
    position += word.utf8.count
    return value
  }

  private mutating func number() -> JSONValue? {
    let start = position
    while let byte = current, "+-.0123456789Ee".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return JSONText.isNumber(text) ? .number(text) : nil
  }

  private mutating func skipBlanks() {
    while let byte = current, " \t\r\n".utf8.contains(byte) { position += 1 }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}
