/// Everything that is wrong with the shape of a body, at once.
public struct InvalidBody: Error, Hashable, Sendable {
  public var violations: [Violation]

  public init(_ violations: [Violation]) {
    self.violations = violations
  }

  public struct Violation: Hashable, Sendable {
    public var pointer: JSONPointer
    /// What the value should be: a sentence for people.
    public var detail: String

    public init(_ pointer: JSONPointer, _ detail: String) {
      self.pointer = pointer
      self.detail = detail
    }
  }
}
