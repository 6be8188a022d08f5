/// Everything that an ``Examination`` judges. What is `nil` was not looked at.
public struct Facts: Sendable {
  /// The first segment of the addresses of each kind of work.
  public var paths: [String]
  /// Of kinds that take files: the most bytes of a body, by the kind's path.
  public var uploads: [String: Int] = [:]
  public var nginx: NginxConfiguration?
  /// Who nginx's workers are.
  public var nginxUser: Identity?
  /// How many descriptors a worker that runs may have: what nginx was started with, or sets itself.
  public var nginxDescriptors: Int?
  public var units: UnitSet?
  public var responders: [Responder] = []
  public var store: StoreFacts?
  public var strayFiles: [StrayFileFacts] = []
  /// By the path in nginx's configuration, and in the socket unit's.
  public var sockets: [String: SocketFacts] = [:]
  /// The folders in which nginx keeps what is too long for its memory.
  public var temporaryFolders: [TemporaryFolder] = []
  /// Modes of those of nginx's files that hold a secret, by path.
  public var secretFileModes: [String: UInt32] = [:]
  /// Milliseconds since 1970.
  public var now: Int64 = 0

  public init(paths: [String]) {
    self.paths = paths
  }

  /// Where clients see the responders.
  public var basePaths: Set<String> { Set(responders.map(\.basePath)) }

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
  public var bodyLimit = 4 << 20
  /// Where clients see it: `/api`, or nothing at the root of a host.
  public var basePath = ""
  public var drain = Duration.seconds(30)
  public var streams = 1000
  /// Worked on at once.
  public var jobs = 8
  public var sendsCallbacks = false
  /// Whether it asks nginx for a secret.
  public var asksForSecret = false
  /// Those that it takes, where we could read them. Never printed.
  public var secrets: [String]?
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

/// A file of the store that a responder has open, and that is not the one at its path.
public struct StrayFileFacts: Sendable {
  public var path: String
  /// `nil`: any that has it open.
  public var process: Int32?
  /// "was removed"
  public var fault: String

  public init(path: String, process: Int32?, fault: String) {
    (self.path, self.process, self.fault) = (path, process, fault)
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

/// A folder of nginx's, as its workers find it.
public struct TemporaryFolder: Sendable {
  public enum State: Sendable {
    case missing
    /// `shut`: the folder, or one above it, that keeps nginx's user out.
    case there(freeSpace: Int64, shut: String?, isReadOnly: Bool)
  }

  /// `client_body_temp_path`, or another.
  public var directive: String
  public var path: String
  public var state: State

  public init(directive: String, path: String, state: State) {
    self.directive = directive
    self.path = path
    self.state = state
  }
}

/// What the store says of itself.
public struct StoreFacts: Sendable {
  public enum Schema: Sendable { case current, older, newer }

  public var path: String
  /// What else leads to it: the path as it was given.
  public var otherPath: String?
  /// Whether any job has files.
  public var hasFiles = false
  /// SQLite's version in this program: 3, 40, 1.
  public var engine: [Int]
  public var journalMode = "wal"
  public var schema = Schema.current
  /// Of each process that lives: what its connection has in effect.
  public var settings: [Int32: [String: String]] = [:]
  /// How many of those processes are `orders work`.
  public var workers = 0
  /// The newest time that stands in it, in milliseconds since 1970.
  public var newestTime: Int64?
  /// Whether jobs wait for an operator's confirmation to expire.
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
