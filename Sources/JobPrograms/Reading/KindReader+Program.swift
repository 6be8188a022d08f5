extension KindReader {
  /// `readable`: paths that the program may read beside the system's; `/` where there is no sandbox.
  func program(readable: [String]) throws(Fault) -> [String] {
    let example = "a list with the program first, such as [./sheet, --verbose]"
    let field = try section.required("program", example)
    var words: [String] = []
    let elements = try field.elements("\(example). No shell reads it")
    for element in elements { words.append(try element.word("a text")) }
    guard let first = elements.first else { throw field.fault("This list is empty. It must be \(example).") }
    words[0] = try executable(words[0], of: first, readable: readable)
    return words
  }

  private func executable(_ word: String, of field: Field, readable: [String]) throws(Fault) -> String {
    let path = try resolved(word, of: field)
    if word.hasPrefix("/"), !(Self.systemFolders + readable + [folder]).contains(where: { Self.isPath(path, in: $0) }) {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      throw field.fault(
        "\(path) is not seen in the sandbox, which has /usr and the kind's folder. Add its folder: read: [/\(folder)].")
    }
    switch look.answer(path) {
    case .executable: return path
    case .notExecutable: throw field.fault("\(path) may not be executed. Allow it: chmod +x \(path)")
    case .notAFile: throw field.fault("\(path) is not a file. It must be a program.")
    case .missing:
      throw field.fault(
        "\(path) is not there. Write ./NAME for a program beside this file, or an absolute path such as /usr/bin/env.")
    }
  }

  private func resolved(_ word: String, of field: Field) throws(Fault) -> String {
    let parts = word.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !word.hasSuffix("/") else { throw field.fault("\(OneLine.quote(word)) is not a program.") }
    guard !parts.contains("..") else {
      throw field.fault(
        "\(OneLine.quote(word)) has .. in it, and a program sees only its kind's folder. Write ./NAME for a program "
          + "beside this file, or an absolute path.")
    }
    let path = parts.joined(separator: "/")
    if word.hasPrefix("/") { return "/" + path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// A path is in itself, and everything is in `/`.
  static func isPath(_ path: String, in folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  private static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib64"]

  func requirements() throws(Fault) -> [String: String] {
    guard let field = section["requires"] else { return [:] }
    let expected = "a mapping of commands to the Debian packages that have them: {vips: libvips-tools}"
    var requirements: [String: String] = [:]
    for entry in try field.entries(expected) {
      guard !entry.key.isEmpty, entry.key != ".", entry.key != "..", !entry.key.contains("/") else {
        throw Fault(line: entry.line, "requires: \(OneLine.quote(entry.key)) is not a command. Write its name alone.")
      }
      let package = try entry.field.text("the name of a Debian package, such as libvips-tools")
      // apt-get takes `nginx-` for a wish to remove it.
      guard package.utf8.count >= 2, package.utf8.allSatisfy(Self.isOfPackage), let first = package.utf8.first,
        Self.isSmallLetter(first) || Self.isDigit(first), !package.hasSuffix("-"),
        !package.hasSuffix("+")
          || package.hasSuffix("++")
      else {
        throw entry.field.fault("\(OneLine.quote(package)) is not the name of a Debian package, such as libvips-tools.")
      }
      guard look.hasCommand(entry.key) else {
        throw Fault(
          line: entry.line,
          "requires: \(entry.key) is not in \(OneLine.list(ProgramLook.folders)). Install it: apt install \(package)")
      }
      requirements[entry.key] = package
    }
    return requirements
  }

  private static func isOfPackage(_ byte: UInt8) -> Bool {
    isSmallLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte)
  }
}
