import Jobs
public import Kinds

/// Names and paths that no kind file may have: other parts of the service have them.
public struct TakenWords: Sendable {
  /// Who has the name or the path, such as `The service's kind report`.
  private(set) var names: [String: String] = [:]
  private(set) var paths: [String: String] = [:]

  /// Those of `kinds`, and those that are reserved for the service itself. A kind's noun counts as a name.
  public init(by kinds: [Kind] = [], names: Set<String> = [], paths: Set<String> = []) {
    for name in names { self.names[name] = "The service itself" }
    for path in paths { self.paths[path] = "The service itself" }
    for kind in kinds {
      let owner = "The service's kind \(kind.name)"
      self.names[kind.name.rawValue] = owner
      self.names[kind.noun] = owner
      self.paths[kind.path] = owner
    }
  }
}
