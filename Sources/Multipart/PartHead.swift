/// The header of a part, as far as RFC 7578 gives it a meaning. Other fields are ignored.
public struct PartHead: Hashable, Sendable {
  public var name: String
  /// What the client calls the file: any text, also a path or none at all (an empty file input of a form). `nil` where the
  /// part is not a file.
  public var fileName: String?
  /// As sent, with its parameters. `nil` where it is absent or empty.
  public var contentType: String?

  public init(name: String, fileName: String? = nil, contentType: String? = nil) {
    self.name = name
    self.fileName = fileName
    self.contentType = contentType
  }
}
