internal import Jobs

/// How a member runs programs, as its row has it: a line for each member of the value, its name and its text with a tab
/// between them. Empty where it runs none.
enum ConfinementText {
  static func text(_ programs: ProgramConfinement) -> String {
    var lines = [("user", programs.user)]
    if let sandbox = programs.sandbox { lines.append(("sandbox", sandbox)) }
    lines += programs.withoutSandbox.map { ("without", $0.rawValue) }
    if case .watching(let missing) = programs.limits { lines.append(("missing", missing)) }
    return lines.map { "\($0.0)\t\(TroubleList.plain($0.1))" }.joined(separator: "\n")
  }

  /// Lines of another form are passed over.
  static func parse(_ text: String) -> ProgramConfinement? {
    var programs: ProgramConfinement?
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "user": programs = ProgramConfinement(user: parts[1], sandbox: nil, limits: .cgroups)
      case "sandbox": programs?.sandbox = parts[1]
      case "without": programs?.withoutSandbox.append(JobKind(rawValue: parts[1]))
      case "missing": programs?.limits = .watching(missing: parts[1])
      default: continue
      }
    }
    return programs
  }
}
