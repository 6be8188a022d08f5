/// One part of a form that is sent as `multipart/form-data` (RFC 7578).
public struct FormPart: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case text(String)
    /// A file, read while it is sent; its last name is its name in the form.
    case file(path: String)
  }

  public var name: String
  public var content: Content
  /// `nil`: none for a text; of a file what its name's ending says.
  public var type: String?

  public init(_ name: String, _ content: Content, type: String? = nil) {
    self.name = name
    self.content = content
    self.type = type
  }
}
