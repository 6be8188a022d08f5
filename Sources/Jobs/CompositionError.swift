/// A mistake of the program that puts a service together, found when it starts: kinds of work that don't fit together,
/// or one that is not well made. One line that names what is wrong and where.
public struct CompositionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
