/// A part without which the process is of no use.
public struct Vital: Sendable {
  /// For operators: "the request threads".
  public let name: String
  /// Returns when the part answered, well or not: what never returns is stuck.
  let answer: @Sendable () async -> Void

  public init(_ name: String, answer: @escaping @Sendable () async -> Void) {
    self.name = name
    self.answer = answer
  }
}
