/// Whose job it is: what the web server calls the user who sent it; empty where nobody has to say who they are.
///
/// The same only with the same bytes, as for web servers and databases. (Swift takes text for equal that merely looks
/// alike: é in one character or in two.)
public struct JobOwner: Hashable, Sendable, ExpressibleByStringLiteral {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }

  public init(stringLiteral name: String) {
    self.name = name
  }

  public static func == (one: JobOwner, other: JobOwner) -> Bool {
    one.name.utf8.elementsEqual(other.name.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in name.utf8 { hasher.combine(byte) }
  }
}
