/// One directive of nginx, with what stands between its braces, includes in their place.
public struct Directive: Sendable, Equatable {
  public var name: String
  public var arguments: [String]
  public var place: Place
  /// `nil` where it ends with a semicolon.
  public var block: [Directive]?
}

/// The text is not what `nginx -T` prints.
public struct UnreadableConfiguration: Error, CustomStringConvertible {
  public let place: Place
  public let reason: String

  public var description: String { "\(place): \(reason)" }
}
