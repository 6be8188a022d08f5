internal import Glibc
internal import Jobs

/// What a member left in the turn file when it gave up its turn: how the database and its log were then. Nothing changes
/// them between two turns, so what the next member finds is the same, or another program was there.
///
/// The table of what is found:
///
/// | done to the files | seen by |
/// |---|---|
/// | removed, moved away, replaced by another file (any of them) | ``OpenFiles``: the path names another file |
/// | `cp BACKUP` over the database; written by another program | another size or time than in the record |
/// | the log truncated, or another one copied over it | the same |
/// | the log truncated in the middle of a commit | ``OpenFiles``: it has a hole |
/// | the turn file truncated | not at all: there is no record, and the next member writes a new one |
///
/// A member that dies in its turn leaves it `writing` or `copying`, in which less is compared. A member of an older version
/// writes no record: its turn is known by the line's mark (see ``Turnstile``), and the next turn compares nothing. After a
/// restart of the machine the record may be older than the files, since it is not synced: it is not believed.
struct TurnRecord: Hashable, Sendable {
  enum Phase: UInt64, Sendable {
    /// No member has the turn, or the one that has it has changed nothing yet.
    case settled = 1
    /// A member commits: it changes the log, never the database.
    case writing = 2
    /// A member opens, checkpoints or closes the database: it may change both.
    case copying = 3
  }

  /// How both files are at one moment; `nil` where there is none.
  struct Sight: Hashable, Sendable {
    var database: FileLook?
    var log: FileLook?
  }

  var phase: Phase
  var sight: Sight
  /// The boot of the machine in which it was written, hashed.
  var boot: UInt64 = Self.thisBoot

  // MARK: - In the file

  /// Where it stands in the turn file, behind the line for people.
  static let offset = 64
  static let size = 14 * 8
  private static let format: UInt64 = 0x6F72_6472_7475_0001

  init(_ phase: Phase, _ sight: Sight) {
    (self.phase, self.sight) = (phase, sight)
  }

  /// `nil` for bytes that are no record of ours, or half of one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.size else { return nil }
    var words = (0..<14).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    let sum = words.removeLast()
    guard words[0] == Self.format, sum == Self.hash(words), let phase = Phase(rawValue: words[1]) else { return nil }
    self.init(phase, Sight(database: Self.look(words[3...6]), log: Self.look(words[7...10])))
    boot = words[2]
  }

  var words: [UInt64] {
    let files = Self.words(of: sight.database) + Self.words(of: sight.log)
    let words = [Self.format, phase.rawValue, boot] + files + [0, 0]
    return words + [Self.hash(words)]
  }

  private static func words(of look: FileLook?) -> [UInt64] {
    guard let look else { return [0, 0, 0, 0] }
    return [
      look.identity.device, look.identity.inode, UInt64(bitPattern: look.size), UInt64(bitPattern: look.modified),
    ]
  }

  /// No file has the inode 0.
  private static func look(_ words: ArraySlice<UInt64>) -> FileLook? {
    let words = Array(words)
    guard words[1] != 0 else { return nil }
    return FileLook(
      identity: FileIdentity(device: words[0], inode: words[1]), size: Int64(bitPattern: words[2]),
      modified: Int64(bitPattern: words[3]))
  }

  /// FNV-1a, word by word.
  private static func hash(_ words: [UInt64]) -> UInt64 {
    words.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
  }

  private static let thisBoot: UInt64 = hash(Presence.boot.utf8.map(UInt64.init))

  // MARK: - The rule

  /// SQLite truncates a log that starts anew to this size: see `journal_size_limit`.
  static let logLimit: Int64 = 64 << 20

  /// What another program did to the files since; `nil` where nothing is known of such.
  func fault(of now: Sight, _ files: StoreFiles) -> FileFault? {
    guard boot == Self.thisBoot, phase != .copying else { return nil }
    return Self.faultOfDatabase(from: sight, to: now, files) ?? faultOfLog(now.log, files)
  }

  /// Whether the log that is there belongs to another database than the one that is there: SQLite would mix the two.
  func isMismatched(_ now: Sight, _ files: StoreFiles) -> Bool {
    guard boot == Self.thisBoot, phase != .copying, let before = sight.log, let log = now.log, log.size > 0,
      log.identity == before.identity, Self.mayFollow(log, before), phase == .writing || log == before
    else { return false }
    return Self.faultOfDatabase(from: sight, to: now, files) != nil
  }

  /// The database changes within a checkpoint only.
  static func faultOfDatabase(from before: Sight, to now: Sight, _ files: StoreFiles) -> FileFault? {
    guard before.database != now.database else { return nil }
    guard let there = now.database else { return FileFault(files.database, .removed) }
    return FileFault(files.database, there.identity != before.database?.identity ? .replaced : .overwritten)
  }

  private func faultOfLog(_ now: FileLook?, _ files: StoreFiles) -> FileFault? {
    guard let before = sight.log, before != now else { return nil }
    guard let now else { return FileFault(files.log, .removed) }
    if now.identity != before.identity { return FileFault(files.log, .replaced) }
    if !Self.mayFollow(now, before) { return FileFault(files.log, .truncated) }
    return phase == .settled ? FileFault(files.log, .overwritten) : nil
  }

  /// Whether a log may have become another one by a commit, as far as its size tells.
  static func mayFollow(_ now: FileLook, _ before: FileLook) -> Bool {
    now.size >= min(before.size, logLimit)
  }
}
