/// As whom a member runs programs, and what confines them: for operators.
public struct ProgramConfinement: Hashable, Sendable {
  /// What holds a program to its limits of memory and processes.
  public enum Limits: Hashable, Sendable {
    /// The kernel, by a control group for each attempt.
    case cgroups
    /// This service, which looks at the program's processes. `missing` is a sentence: why there are no control groups, and
    /// what to enable.
    case watching(missing: String)
  }

  /// The user's name, or its number where it has no name.
  public var user: String
  /// What makes the sandboxes, for example `bubblewrap`; `nil` where no program has one.
  public var sandbox: String?
  /// Kinds whose programs have no sandbox, because their files say so.
  public var withoutSandbox: [JobKind]
  public var limits: Limits

  public init(user: String, sandbox: String?, withoutSandbox: [JobKind] = [], limits: Limits) {
    self.user = user
    self.sandbox = sandbox
    self.withoutSandbox = withoutSandbox
    self.limits = limits
  }
}
