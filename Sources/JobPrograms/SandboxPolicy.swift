/// Whether a program may run without a sandbox.
public enum SandboxPolicy: String, CaseIterable, Hashable, Sendable {
  /// A service that can't make one doesn't start.
  case required
  case none
}
