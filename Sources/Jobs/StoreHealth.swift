/// A store's state for operators.
public struct StoreHealth: Hashable, Sendable {
  /// For people: "sqlite 3.40.1".
  public var engine: String
  /// Why this member can't write at the moment; `nil` while it can.
  public var fault: Fault?
  /// Jobs that wait.
  public var queued: Int
  /// The members that live.
  public var members: [Member]
  /// Ends that are still to be reported (``CallbackOutbox``).
  public var callbacks: Int
  /// Jobs of these kinds that ended before these times would expire, and wait for an operator's confirmation.
  public var heldExpiries: [JobKind: Timestamp]

  public init(
    engine: String, fault: Fault?, queued: Int, members: [Member], callbacks: Int = 0,
    heldExpiries: [JobKind: Timestamp] = [:]
  ) {
    self.engine = engine
    self.fault = fault
    self.queued = queued
    self.members = members
    self.callbacks = callbacks
    self.heldExpiries = heldExpiries
  }

  /// What keeps a member from writing.
  public struct Fault: Hashable, Sendable {
    public var cause: String
    /// The process that has the store's turn and doesn't give it back, where that is the cause.
    public var holder: Int32?

    public init(cause: String, holder: Int32? = nil) {
      self.cause = cause
      self.holder = holder
    }
  }

  public struct Member: Hashable, Sendable {
    public var pid: Int32
    public var startedAt: Timestamp
    /// Jobs it works on.
    public var running: Int
    public var state: MemberState
    /// The settings its connection to the store has in effect, as that engine names them.
    public var settings: [String: String]

    public init(pid: Int32, startedAt: Timestamp, running: Int, state: MemberState, settings: [String: String]) {
      self.pid = pid
      self.startedAt = startedAt
      self.running = running
      self.state = state
      self.settings = settings
    }
  }
}
