/// The value of a Content-Disposition field (RFC 7578, section 4.2), as clients send it.
struct Disposition {
  let name: String?
  let fileName: String?

  init(_ value: ArraySlice<UInt8>) throws(MultipartError) {
    let type = value.prefix { $0.isTokenByte }
    guard String(lowercasedASCII: type) == "form-data" else { throw .badDisposition }
    var texts: [String: String] = [:]
    var parameters = ParameterReader(value[type.endIndex...])
    while let parameter = parameters.next() {
      guard let text = try Self.text(parameter) else { continue }
      guard texts.updateValue(text, forKey: parameter.name) == nil else { throw .repeatedParameter }
    }
    guard !parameters.hasFailed else { throw .badDisposition }
    name = texts["name*"] ?? texts["name"]
    fileName = texts["filename*"] ?? texts["filename"]
  }

  /// `nil` for a parameter that means nothing.
  private static func text(_ parameter: Parameter) throws(MultipartError) -> String? {
    switch parameter.name {
    case "name", "filename":
      let bytes = parameter.isQuoted ? unescaped(parameter.value) : parameter.value
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
      return text
    case "name*", "filename*":
      return try extended(parameter.value)
    // `filename*0`, a name in several parameters (RFC 2231): without it a file would be taken for a field.
    case let other where other.hasPrefix("name*") || other.hasPrefix("filename*"):
      throw .badDisposition
    default:
      return nil
    }
  }

  /// Browsers escape a quote, CR and LF, and nothing else: `%20` stands for itself.
  private static func unescaped(_ value: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value[...]
    while let byte = rest.popFirst() {
      let code = byte == UInt8(ascii: "%") ? rest.prefix(2) : []
      if code.elementsEqual("22".utf8) {
        bytes.append(UInt8(ascii: "\""))
      } else if code.elementsEqual("0D".utf8) {
        bytes.append(0x0D)
      } else if code.elementsEqual("0A".utf8) {
        bytes.append(0x0A)
      } else {
        bytes.append(byte)
        continue
      }
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  /// `utf-8'en'%e2%82%ac` (RFC 5987). RFC 7578 forbids it, and some clients send it all the same.
  private static func extended(_ value: [UInt8]) throws(MultipartError) -> String {
    let parts = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = percentDecoded(parts[2]) else { throw .badDisposition }
    guard !bytes.contains(0) else { throw .nulByte }
    switch String(lowercasedASCII: parts[0]) {
    case "utf-8":
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
      return text
    case "iso-8859-1":
      var text = String.UnicodeScalarView()
      for byte in bytes { text.append(Unicode.Scalar(byte)) }
      return String(text)
    default: throw .badDisposition
    }
  }

  private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst()?.hexadecimal, let low = rest.popFirst()?.hexadecimal else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
