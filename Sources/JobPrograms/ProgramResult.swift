/// What a program leaves behind.
public enum ProgramResult: Hashable, Sendable {
  /// One JSON value on standard output.
  case json
  case file(OutputFile)
  /// In the order of the kind's file; at least one.
  case files([OutputFile])
}

/// A file that the program writes into `out/`.
public struct OutputFile: Hashable, Sendable {
  public var name: String
  /// The media types that it may have; at least one.
  public var types: [String]

  public init(name: String, types: [String]) {
    self.name = name
    self.types = types
  }
}
