/// Why this machine can't run the programs: one sentence for an operator.
public struct ProgramHostError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
