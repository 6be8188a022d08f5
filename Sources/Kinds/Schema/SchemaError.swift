public import StrictJSON

/// Why a schema is refused: the first fault that was found.
public struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place in the schema: `/properties/width/minimum`.
  public var pointer: JSONPointer
  /// What is wrong and what is allowed: one or two sentences for the author of the schema.
  public var detail: String

  public init(_ pointer: JSONPointer, _ detail: String) {
    self.pointer = pointer
    self.detail = detail
  }

  /// Always one line: `/properties/width/minimum: This must be a number.` A fault of the whole schema has no pointer.
  public var description: String {
    let text = pointer == .root ? detail : "\(pointer): \(detail)"
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      if scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}" {
        line += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
  }
}
