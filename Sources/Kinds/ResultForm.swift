public import Jobs

/// What a kind's results are.
public enum ResultForm: Hashable, Sendable {
  /// The bytes that the work returns.
  case bytes
  case file(DeclaredFile)
  /// At least one.
  case files([DeclaredFile])

  public var files: [DeclaredFile] {
    switch self {
    case .bytes: []
    case .file(let file): [file]
    case .files(let files): files
    }
  }
}
