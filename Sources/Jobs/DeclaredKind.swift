/// A kind of job as a process declares it to its siblings, so that they know of kinds that they don't serve.
public struct DeclaredKind: Hashable, Sendable {
  public var name: JobKind
  /// Its collection.
  public var path: String
  /// Of its whole declaration: another digest is another declaration.
  public var digest: String
  /// The file of its results whose text can be searched; `nil`: none.
  public var search: String?

  public init(name: JobKind, path: String, digest: String, search: String? = nil) {
    self.name = name
    self.path = path
    self.digest = digest
    self.search = search
  }
}
