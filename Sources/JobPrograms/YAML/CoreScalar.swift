/// What a plain scalar stands for in the core schema of YAML 1.2 (section 10.3.2). `yes`, `no`, `on` and `off` are
/// texts there, as are dates.
enum CoreScalar: Hashable, Sendable {
  case null
  case bool(Bool)
  /// Written as JSON allows too.
  case number
  /// A number in YAML that JSON can't write so: `+5`, `.5`, `007`, `0x1F`, `0o17`, `.inf`, `.nan`.
  case foreignNumber
  case text

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    case ".nan", ".NaN", ".NAN": self = .foreignNumber
    default:
      let unsigned = text.utf8.first.map { "+-".utf8.contains($0) } == true ? text.dropFirst() : text[...]
      if [".inf", ".Inf", ".INF"].contains(unsigned) || Self.isRadix(text) {
        self = .foreignNumber
      } else if Self.isDecimal(unsigned) {
        self = Self.isJSON(text) ? .number : .foreignNumber
      } else {
        self = .text
      }
    }
  }

  /// `0o17` or `0x1F`.
  private static func isRadix(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst(2)
    if digits.isEmpty { return false }
    if text.hasPrefix("0o") { return digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 } }
    return text.hasPrefix("0x") && digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
  }

  /// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
  private static func isDecimal(_ text: Substring) -> Bool {
    var rest = text.utf8[...]
    let whole = takeDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    guard whole + fraction > 0 else { return false }
    if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
      guard takeDigits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Of a decimal number: no plus, no leading zeros, digits on both sides of a point.
  private static func isJSON(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "+") { return false }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let begin = rest
    let whole = takeDigits(&rest)
    guard whole == 1 || whole > 1 && begin.first != UInt8(ascii: "0") else { return false }
    guard rest.first == UInt8(ascii: ".") else { return true }
    rest = rest.dropFirst()
    return takeDigits(&rest) > 0
  }

  private static func takeDigits(_ bytes: inout Substring.UTF8View) -> Int {
    let digits = bytes.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    bytes = bytes[digits.endIndex...]
    return digits.count
  }
}
