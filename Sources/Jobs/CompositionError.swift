/// A mistake of the program that puts a service together, found when it starts: collections and workloads that don't fit
/// together, or a description that is none. One line that names what is wrong and where.
public struct CompositionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
