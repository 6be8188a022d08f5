extension SQLiteJobStore {
  /// How one member behaves; members of one store may differ, but ought not to.
  public struct Configuration: Sendable {
    /// How long a member's jobs stay its own after its last `claim` or `renew`, when it lives but hangs.
    public var lease: Duration
    /// How long a write waits for its turn before it fails as ``StoreError/Code/unavailable``.
    public var turnLimit: Duration
    /// At most this many writes share one transaction, so that siblings get their turn.
    public var groupLimit: Int
    /// The write-ahead log is copied into the database file when it holds this many pages.
    public var checkpointPages: Int
    /// Connections for reading, opened on demand.
    public var readers: Int
    /// A ring comes at least this often, should the kernel's hint be lost.
    public var safetyRing: Duration

    public init(
      lease: Duration = .seconds(10), turnLimit: Duration = .seconds(5), groupLimit: Int = 512,
      checkpointPages: Int = 2000, readers: Int = 16, safetyRing: Duration = .seconds(1)
    ) {
      self.lease = lease
      self.turnLimit = turnLimit
      self.groupLimit = max(1, groupLimit)
      self.checkpointPages = max(1, checkpointPages)
      self.readers = max(1, readers)
      self.safetyRing = safetyRing
    }
  }
}
