/// What is wrong with the shape of a body: the first faults, and how many there are.
public struct InvalidBody: Error, Hashable, Sendable {
  /// More are counted and not kept: a body of a megabyte can have a hundred thousand.
  public static let mostViolations = 100

  public private(set) var violations: [Violation] = []
  /// Of all, kept or not.
  public private(set) var count = 0

  public init(_ violations: [Violation] = []) {
    for violation in violations { add(violation.pointer, violation.detail) }
  }

  /// Makes pointer and detail only where they are kept.
  public mutating func add(_ pointer: @autoclosure () -> JSONPointer, _ detail: @autoclosure () -> String) {
    count += 1
    if violations.count < Self.mostViolations { violations.append(Violation(pointer(), detail())) }
  }

  public mutating func add(_ others: InvalidBody) {
    violations += others.violations.prefix(Self.mostViolations - violations.count)
    count += others.count
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
