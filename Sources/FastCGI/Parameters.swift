/// The CGI parameters of a request (RFC 3875 section 4.1) but for those that made its method, target and header fields.
public struct Parameters: Sendable {
  private var pairs: [(name: String, value: String)]

  public init(_ pairs: [(name: String, value: String)] = []) {
    self.pairs = pairs
  }

  /// The first parameter of that name.
  public subscript(name: String) -> String? {
    pairs.first { $0.name == name }?.value
  }

  mutating func append(_ name: String, _ value: String) {
    pairs.append((name, value))
  }
}
