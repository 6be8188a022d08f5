import Jobs
import Kinds

extension KindReader {
  private static let forms =
    "json, one file as {file: sheet.png, types: [image/png]}, or several as {files: {text.txt: {types: [text/plain]}}}"

  func result() throws(Fault) -> ResultForm {
    guard let field = section["result"] else { return .bytes }
    switch field.node.content {
    case .scalar("json", _): return .bytes
    case .mapping(let entries) where entries.contains { $0.key == "files" }: return .files(try outputFiles(field))
    case .mapping:
      let section = try Section(field, keys: ["file", "types", "files"])
      let name = try section.required("file", "the name of the file in out/, such as file: sheet.png")
      return .file(
        DeclaredFile(name: try fileName(name.text(), line: name.node.line, field.name), types: try types(section)))
    default: throw field.mismatch(Self.forms)
    }
  }

  /// The file of the result whose text can be searched.
  func search(in result: ResultForm) throws(Fault) -> String? {
    guard let field = section["search"] else { return nil }
    let name = try field.text()
    let texts = result.files.filter { $0.types.allSatisfy { $0.hasPrefix("text/") } }.map(\.name)
    guard texts.contains(name) else {
      throw field.fault(
        texts.isEmpty
          ? "The result has no file that can be searched: one whose types all begin with text/."
          : "It must be a file of the result that is text: \(OneLine.list(texts)).")
    }
    return name
  }

  private func outputFiles(_ field: Field) throws(Fault) -> [DeclaredFile] {
    guard let named = try Section(field, keys: ["files"])["files"] else { return [] }
    var files: [DeclaredFile] = []
    for entry in try named.entries("a mapping of names: text.txt: {types: [text/plain]}") {
      let name = try fileName(entry.key, line: entry.line, named.name)
      files.append(DeclaredFile(name: name, types: try types(Section(entry.field, keys: ["types"]))))
    }
    guard !files.isEmpty else { throw named.fault("There is no file. Allowed are \(Self.forms).") }
    return files
  }

  private func types(_ section: Section) throws(Fault) -> [String] {
    try Self.types(section.required("types", "the media types that the file may have, such as types: [image/png]"))
  }

  private func fileName(_ name: String, line: Int, _ place: String) throws(Fault) -> String {
    guard Self.isFileName(name) else {
      throw Fault(
        line: line,
        "\(place): \(OneLine.quote(name)) is not the name of a file. It must be A-Z, a-z, 0-9, -, _ and ., with a "
          + "letter or digit first, at most 64.")
    }
    return name
  }
}
