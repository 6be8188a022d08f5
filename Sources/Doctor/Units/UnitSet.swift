/// The units of the service: the socket, and the template of its responders.
public struct UnitSet: Sendable {
  public let socket: UnitFile?
  public let responder: UnitFile?
  /// The texts of environment files, by path; `nil` where there is none.
  private let environmentFiles: [String: String?]

  /// `environmentFile` is asked for each file that the responders' unit names.
  public init(socket: UnitFile?, responder: UnitFile?, environmentFile: (String) -> String?) {
    self.socket = socket
    self.responder = responder
    var files: [String: String?] = [:]
    for entry in responder?.all("Service", "EnvironmentFile") ?? [] {
      let path = Self.path(entry.value)
      files[path] = .some(environmentFile(path))
    }
    environmentFiles = files
  }

  /// The paths of the Unix sockets that it listens on.
  public var sockets: [String] {
    (socket?.all("Socket", "ListenStream") ?? []).map(\.value).filter { $0.hasPrefix("/") }
  }

  /// What stands behind `serve` in the responders' command, its variables filled in, and where it stands.
  public var command: (words: [String], place: Place)? {
    guard let responder, let start = responder.entry("Service", "ExecStart") else { return nil }
    let variables = variables(of: responder)
    var words: [String] = []
    for word in UnitValue.words(start.value) {
      if word.hasPrefix("$"), !word.hasPrefix("${"), let value = variables[String(word.dropFirst())] {
        words += UnitValue.words(value)
      } else {
        words.append(variables.reduce(word) { $0.replacing("${\($1.key)}", with: $1.value) })
      }
    }
    guard let serve = words.firstIndex(of: "serve") else { return nil }
    return (Array(words[(serve + 1)...]), start.place)
  }

  /// Environment files that have to be there, and aren't.
  var missingFiles: [(path: String, place: Place)] {
    (responder?.all("Service", "EnvironmentFile") ?? []).compactMap { entry in
      let path = Self.path(entry.value)
      guard !entry.value.hasPrefix("-"), environmentFiles[path] == .some(nil) else { return nil }
      return (path, entry.place)
    }
  }

  /// Files win over the unit's own.
  private func variables(of unit: UnitFile) -> [String: String] {
    var variables: [String: String] = [:]
    func take(_ assignment: String) {
      guard let equals = assignment.utf8.firstIndex(of: UInt8(ascii: "=")) else { return }
      variables[String(assignment[..<equals])] = String(assignment[assignment.utf8.index(after: equals)...])
    }
    for entry in unit.all("Service", "Environment") { UnitValue.words(entry.value).forEach(take) }
    for entry in unit.all("Service", "EnvironmentFile") {
      let text = environmentFiles[Self.path(entry.value)] ?? nil
      for line in lines(of: text ?? "") {
        let line = trimmed(line)
        guard !isComment(line), let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
        // The value as a whole is one word, quoted or not.
        let value = trimmed(line[line.utf8.index(after: equals)...])
        let quotes = value.utf8.count > 1 && value.utf8.first == value.utf8.last ? value.utf8.first : nil
        let isQuoted = quotes == UInt8(ascii: "\"") || quotes == UInt8(ascii: "'")
        take(line[...equals] + (isQuoted ? String(value.dropFirst().dropLast()) : value))
      }
    }
    return variables
  }

  private static func path(_ value: String) -> String { value.hasPrefix("-") ? String(value.dropFirst()) : value }
}
