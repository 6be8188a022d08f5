/// Makes the member `callback` known to every kind: where a client wants to be told of its job's end.
public struct CallbackRules: Sendable {
  /// Whether there may be a connection to an address that stands in the URL itself: `192.0.2.1`, `2001:db8::1`. What a
  /// name stands for is looked at when it is called, for it may stand for something else by then.
  public let allows: @Sendable (_ address: String) -> Bool

  public init(allows: @escaping @Sendable (_ address: String) -> Bool) {
    self.allows = allows
  }
}
