import Kinds
import StrictJSON

/// Reads the keys of a kind's file, each by a method of its own.
struct KindReader: Sendable {
  let section: Section
  /// The absolute path of the folder of the file.
  let folder: String
  let look: ProgramLook

  func name() throws(Fault) -> String {
    let field = try section.required("name", "what one job is called, such as name: sheet")
    let name = try field.text()
    guard name.utf8.count <= 64, let first = name.utf8.first, Self.isSmallLetter(first),
      name.utf8.allSatisfy({ Self.isSmallLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") })
    else {
      throw field.fault(
        "\(OneLine.quote(name)) is not a name. It must be a-z, 0-9 and -, with a letter first, at most 64, such as "
          + "sheet.")
    }
    return name
  }

  func path() throws(Fault) -> String {
    let field = try section.required("path", "the first segment of the kind's URLs, such as path: sheets")
    let path = try field.text()
    guard path.utf8.count <= 64, !path.isEmpty, path != ".", path != "..", path.utf8.allSatisfy(Self.isUnreserved)
    else {
      throw field.fault(
        "\(OneLine.quote(path)) is not a path. It must be one segment of A-Z, a-z, 0-9, -, ., _ and ~, at most 64, "
          + "without a slash, such as sheets.")
    }
    return path
  }

  func keep() throws(Fault) -> Keep? {
    guard let field = section["keep"] else { return nil }
    if case .scalar("forever", _) = field.node.content { return .forEver }
    return .time(try field.duration(in: .seconds(1)...(.seconds(36_500 * 86_400))))
  }

  func logReader() throws(Fault) -> LogReader {
    guard let field = section["log"] else { return .owner }
    let log = try Section(field, keys: ["show"])
    return try log.required("show", "owner or operator").choice()
  }

  func input(reserved: Set<String>) throws(Fault) -> (JSON, InputSchema) {
    guard let field = section["input"] else { return try schema(Self.noInput, of: nil, reserved) }
    let placed: PlacedJSON
    do throws(Fault) {
      placed = try PlacedJSON(field.node)
    } catch {
      throw Fault(line: error.line, "input: \(error.detail)")
    }
    return try schema(placed.json, of: placed, reserved)
  }

  private func schema(
    _ json: JSON, of placed: PlacedJSON?, _ reserved: Set<String>
  ) throws(Fault) -> (JSON, InputSchema) {
    do throws(SchemaError) {
      return (json, try InputSchema(json, reserved: reserved))
    } catch {
      let line = placed?.line(of: error.pointer) ?? section.line(of: "input")
      throw Fault(line: line, "input\(error.pointer): \(error.detail)")
    }
  }

  private static let noInput = JSON.object([.init("type", .string("object")), .init("properties", .object([]))])

  static func isSmallLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }

  static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  static func isLetter(_ byte: UInt8) -> Bool { isSmallLetter(byte | 0x20) }

  static func isUnreserved(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || "-._~".utf8.contains(byte)
  }
}
