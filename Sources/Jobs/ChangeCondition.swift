/// Change numbers under which a write may happen. A store tests it in the transaction of the write, so that no other
/// write comes between the test and the change.
public struct ChangeCondition: Hashable, Sendable {
  /// The number must be one of these; `nil`: any will do.
  public var among: Set<Int64>?
  /// The number must be none of these.
  public var except: Set<Int64>

  /// Always holds.
  public static let none = ChangeCondition()

  public init(among: Set<Int64>? = nil, except: Set<Int64> = []) {
    self.among = among
    self.except = except
  }

  public func holds(at change: Int64) -> Bool {
    among?.contains(change) != false && !except.contains(change)
  }
}
