import Kinds

extension KindReader {
  func files() throws(Fault) -> [InputFiles] {
    guard let field = section["files"] else { return [] }
    var files: [InputFiles] = []
    for entry in try field.entries("a mapping of names: photos: {min: 1, max: 50, types: [image/png]}") {
      guard Self.isFileName(entry.key), !entry.key.contains(".") else {
        throw Fault(
          line: entry.line,
          "files: \(OneLine.quote(entry.key)) is not a name. It must be A-Z, a-z, 0-9, - and _, with a letter or digit "
            + "first, at most 64.")
      }
      guard entry.key != "input" else {
        throw Fault(line: entry.line, "files: A form sends the input as \"input\". Give the files another name.")
      }
      files.append(try inputFiles(entry.key, entry.field))
    }
    return files
  }

  private func inputFiles(_ name: String, _ field: Field) throws(Fault) -> InputFiles {
    let section = try Section(field, keys: ["min", "max", "types", "each", "total", "minSize"])
    let least = try section.whole("min", in: 0...1000) ?? 1
    let most = try section.whole("max", in: 1...1000) ?? max(1, least)
    guard least <= most else {
      throw Fault(line: section.line(of: "min"), "\(field.name).min: \(least) is more than max, which is \(most).")
    }
    let each = try section.bytes("each", in: 1...Self.mostFileBytes)
    let total = try section.bytes("total", in: 1...Self.mostFileBytes)
    if let each, let total, each > total {
      let detail = "This is more than total. It may be at most that."
      throw Fault(line: section.line(of: "each"), "\(field.name).each: \(detail)")
    }
    let minSize = try section["minSize"].map { field throws(Fault) in try Self.leastSize(field) } ?? 0
    let types = try section["types"].map { field throws(Fault) in try Self.types(field) } ?? []
    if let most = each ?? total, minSize > most {
      throw Fault(line: section.line(of: "minSize"), "\(field.name).minSize: This is more than one file may have.")
    }
    return InputFiles(
      name: name, count: least...most, types: types, each: each, total: total, minSize: minSize)
  }

  /// 0 and 1 need no unit: they say whether an empty file is allowed.
  private static func leastSize(_ field: Field) throws(Fault) -> Int {
    if case .scalar(let text, true) = field.node.content, text == "0" || text == "1" { return text == "0" ? 0 : 1 }
    return try field.bytes(in: 0...mostFileBytes)
  }

  private static let mostFileBytes = 1_000_000_000_000

  /// Media types without parameters, at least one.
  static func types(_ field: Field) throws(Fault) -> [String] {
    var types: [String] = []
    let expected = "a list of media types, such as [image/jpeg, image/png]"
    for element in try field.elements(expected) {
      let type = try element.text("a media type, such as image/png").lowercased()
      let parts = type.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy(isToken) else {
        throw element.fault("\(OneLine.quote(type)) is not a media type, such as image/png. It has no parameters.")
      }
      guard !types.contains(type) else { throw element.fault("\(type) is there more than once. Once is allowed.") }
      types.append(type)
    }
    guard !types.isEmpty else { throw field.fault("This list is empty. It must be \(expected).") }
    return types
  }

  /// RFC 6838, section 4.2: no wildcards.
  private static func isToken(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || isDigit(first) else { return false }
    return text.utf8.count <= 127
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "!#$&-^_.+".utf8.contains($0) }
  }

  /// A name that is harmless as a file's, in a URL and in a form.
  static func isFileName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || isDigit(first) else { return false }
    return text.utf8.count <= 64 && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }
  }
}
