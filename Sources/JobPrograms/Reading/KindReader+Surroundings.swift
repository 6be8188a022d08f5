extension KindReader {
  func environment() throws(Fault) -> [String: String] {
    guard let field = section["env"] else { return [:] }
    var environment: [String: String] = [:]
    for entry in try field.entries("a mapping of variables to texts: {MODEL: small}") {
      try Self.checkVariable(entry.key, line: entry.line)
      environment[entry.key] = try entry.field.word("a text; write \"\" for an empty one")
    }
    return environment
  }

  private static func checkVariable(_ name: String, line: Int) throws(Fault) {
    guard let first = name.utf8.first, !isDigit(first),
      name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") })
    else {
      throw Fault(
        line: line,
        "env: \(OneLine.quote(name)) is not a variable. It must be A-Z, a-z, 0-9 and _, without a digit first.")
    }
    guard !reservedVariables.contains(name), !name.hasPrefix("JOB_") else {
      throw Fault(
        line: line, "env: \(name) is set by the service. Give the variable another name; PATH and LANG may be changed.")
    }
  }

  private static let reservedVariables: Set = ["HOME", "TMPDIR"]

  func readPaths() throws(Fault) -> [String] {
    guard let field = section["read"] else { return [] }
    var paths: [String] = []
    for element in try field.elements("a list of absolute paths: [/opt/models]") {
      let path = try element.text("an absolute path, such as /opt/models")
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard path.hasPrefix("/"), path.count > 1, !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
        throw element.fault(
          "\(OneLine.quote(path)) must be an absolute path without ., .., // and a slash at its end, such as "
            + "/opt/models.")
      }
      if let taken = Self.ownFolders.first(where: { Self.isPath(path, in: $0) }) {
        throw element.fault("The sandbox has a \(taken) of its own. \(path) can't be read from it.")
      }
      guard !paths.contains(path) else { throw element.fault("\(path) is there more than once. Once is allowed.") }
      paths.append(path)
    }
    return paths
  }

  /// What the sandbox puts something else in the place of.
  private static let ownFolders = ["/dev", "/job", "/kind", "/proc", "/sys", "/tmp"]
}
