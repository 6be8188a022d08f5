public import StrictJSON

/// What is wrong with the shape of a body: the first faults, and whether there are more.
public struct InvalidBody: Error, Hashable, Sendable {
  /// More are not kept: a body of a megabyte can have a hundred thousand.
  public static let mostViolations = 100

  public private(set) var violations: [Violation] = []
  /// Some were not kept.
  public private(set) var hasMore = false

  public var isEmpty: Bool { violations.isEmpty }

  public init(_ violations: [Violation] = []) {
    for violation in violations { add(violation.pointer, violation.detail) }
  }

  /// Makes pointer and detail only where they are kept.
  public mutating func add(_ pointer: @autoclosure () -> JSONPointer, _ detail: @autoclosure () -> String) {
    if violations.count < Self.mostViolations {
      violations.append(Violation(pointer(), detail()))
    } else {
      hasMore = true
    }
  }

  public mutating func add(_ repeated: RepeatedMembers) {
    for pointer in repeated.pointers { add(pointer, "This member is there more than once.") }
    hasMore = hasMore || repeated.hasMore
  }

  public mutating func add(_ others: InvalidBody) {
    for violation in others.violations { add(violation.pointer, violation.detail) }
    hasMore = hasMore || others.hasMore
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
