/// Everything that an ``Examination`` judges. What is `nil` was not looked at.
public struct Facts: Sendable {
  public var nginx: NginxConfiguration?
  /// Who nginx's workers are.
  public var nginxUser: Identity?
  /// How many descriptors a worker that runs may have: what nginx was started with, or sets itself.
  public var nginxDescriptors: Int?
  public var units: UnitSet?
  public var responders: [Responder] = []
  public var store: StoreFacts?
  /// By the path in nginx's configuration, and in the socket unit's.
  public var sockets: [String: SocketFacts] = [:]
  /// Milliseconds since 1970.
  public var now: Int64 = 0

  public init() {}

  /// What responders are started with, or the defaults where nobody knows.
  var options: [Responder] {
    responders.isEmpty ? [Responder(place: "orders serve")] : responders
  }
}

/// A user with its groups.
public struct Identity: Sendable {
  public var name: String
  public var user: UInt32
  public var groups: Set<UInt32>
  /// Of those that have one.
  public var groupNames: Set<String>

  public init(name: String, user: UInt32, groups: Set<UInt32>, groupNames: Set<String> = []) {
    self.name = name
    self.user = user
    self.groups = groups
    self.groupNames = groupNames
  }
}

/// One way in which responders are started, or one that runs.
public struct Responder: Sendable {
  /// The line of a unit, or a process.
  public var place: String
  public var bodyLimit = 1 << 20
  public var drain = Duration.seconds(30)
  public var streams = 1000
  public var sendsCallbacks = false
  /// The database's path, where it is known.
  public var store: String?
  /// The highest number of descriptors that it may raise its limit to.
  public var descriptors: Int?
  /// Of one that runs: whether its program was replaced since.
  public var isReplaced = false

  public init(place: String) {
    self.place = place
  }
}

/// What a path in the file system is, for a socket.
public enum SocketFacts: Sendable {
  case missing
  case notASocket
  /// Nobody listens on it.
  case dead
  case there(owner: UInt32, group: UInt32, mode: UInt32)
}

/// What the store says of itself.
public struct StoreFacts: Sendable {
  public enum Schema: Sendable { case current, older, newer }

  public var path: String
  /// SQLite's version in this program: 3, 40, 1.
  public var engine: [Int]
  public var journalMode = "wal"
  public var schema = Schema.current
  /// Of each process that lives: what its connection has in effect.
  public var settings: [Int32: [String: String]] = [:]
  /// The newest time that stands in it, in milliseconds since 1970.
  public var newestTime: Int64?
  /// Whether orders wait for an operator's confirmation to expire.
  public var isExpiryHeld = false
  public var fileSystem: String?
  public var isRemote = false
  public var isInMemory = false
  /// Bytes.
  public var freeSpace: Int64?
  public var logSize: Int64 = 0

  public init(path: String, engine: [Int]) {
    self.path = path
    self.engine = engine
  }
}
