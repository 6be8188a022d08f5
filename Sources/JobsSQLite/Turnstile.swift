internal import Glibc

/// The members of a store take turns: whoever holds the lock of this side file may write, checkpoint, migrate or close.
///
/// The lock is `flock`'s, which belongs to this open file: members in one process exclude each other as well, the kernel
/// serves waiters in order, and a dead holder's lock is free at once. SQLite's own busy handler starves.
///
/// The file begins with a line for people, which all versions write when they take the turn: the holder's process number.
/// Its tenth character is the mark of a version that also keeps a ``TurnRecord``; an older one leaves a blank there.
final class Turnstile: Sendable {
  private static let mark = UInt8(ascii: "r")
  private static let line = 11

  private let path: String
  private let descriptor: Int32

  /// Throws where there is no file and `creating` is false.
  init(path: String, creating: Bool = true) throws(SystemFailure) {
    self.path = path
    descriptor = uninterrupted { open(path, O_RDWR | (creating ? O_CREAT : 0) | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
  }

  deinit {
    close(descriptor)
  }

  var identity: FileIdentity? { FileIdentity(descriptor: descriptor) }

  /// Blocks until the turn has come, however long that takes: only for the writer's thread. Returns what the member
  /// before left; `nil` where that was one of an older version, or nothing is known. In the file the turn is noted as
  /// `phase`, until ``leave(_:)`` says how it ended.
  func take(_ phase: TurnRecord.Phase) throws(SystemFailure) -> TurnRecord? {
    guard uninterrupted({ flock(descriptor, LOCK_EX) }) == 0 else { throw SystemFailure("flock \(path)") }
    return try begin(phase)
  }

  /// Like ``take(_:)``, but gives up at once where another process has the turn.
  private func takeAtOnce(_ phase: TurnRecord.Phase) throws(SystemFailure) -> (isTaken: Bool, record: TurnRecord?) {
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
      if errno == EWOULDBLOCK { return (false, nil) }
      throw SystemFailure("flock \(path)")
    }
    return (true, try begin(phase))
  }

  /// Runs `body` in one's turn and gives the turn up, however it ends. `found` is what ``take(_:)`` returns; `left` is what the
  /// next member is to find, and the same until `body` says otherwise.
  func inTurn<Outcome>(
    _ phase: TurnRecord.Phase, _ body: (_ found: TurnRecord?, _ left: inout TurnRecord?) throws -> Outcome
  ) throws -> Outcome {
    try finish(try take(phase), body)
  }

  /// The same where no other process has the turn; `nil`, without a call of `body`, where one has it.
  func inTurnAtOnce<Outcome>(
    _ phase: TurnRecord.Phase, _ body: (_ found: TurnRecord?, _ left: inout TurnRecord?) throws -> Outcome
  ) throws -> Outcome? {
    let (isTaken, found) = try takeAtOnce(phase)
    return isTaken ? try finish(found, body) : nil
  }

  private func finish<Outcome>(
    _ found: TurnRecord?, _ body: (TurnRecord?, inout TurnRecord?) throws -> Outcome
  ) throws -> Outcome {
    var left = found
    defer {
      leave(left)
      release()
    }
    return try body(found, &left)
  }

  /// Without this note a commit would look like another program's: a disk that takes none ends the turn.
  private func begin(_ phase: TurnRecord.Phase) throws(SystemFailure) -> TurnRecord? {
    let found = record
    var bytes = [UInt8](repeating: 0, count: TurnRecord.offset)
    bytes.replaceSubrange(0..<Self.line, with: [UInt8](repeating: UInt8(ascii: " "), count: Self.line))
    for (index, digit) in "\(getpid())".utf8.enumerated() { bytes[index] = digit }
    bytes[Self.line - 2] = Self.mark
    bytes[Self.line - 1] = UInt8(ascii: "\n")
    var begun = found
    if begun?.phase != .copying { begun?.phase = phase }
    bytes += Self.bytes(of: begun)
    guard uninterrupted({ pwrite(descriptor, bytes, bytes.count, 0) }) == bytes.count else {
      let failure = SystemFailure("write \(path)")
      release()
      throw failure
    }
    return found
  }

  /// In one's turn: what the next member is to find. A disk may refuse it; the next member compares less then.
  func leave(_ record: TurnRecord?) {
    let bytes = Self.bytes(of: record)
    _ = uninterrupted { pwrite(descriptor, bytes, bytes.count, off_t(TurnRecord.offset)) }
  }

  func release() {
    flock(descriptor, LOCK_UN)
  }

  /// What the file says, in one's turn or not; `nil` where a member of an older version had the turn last.
  var record: TurnRecord? { Self.record(read(TurnRecord.offset + TurnRecord.size)) }

  /// The same of the file at `path`, for a visitor.
  static func record(at path: String) -> TurnRecord? {
    let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return record(read(descriptor, TurnRecord.offset + TurnRecord.size))
  }

  /// The process that had the turn last: while one waits, the one that has it.
  var holder: Int32? {
    let digits = read(16).prefix { (0x30...0x39).contains($0) }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  /// The same for people.
  var holderName: String { holder.map { "process \($0)" } ?? "another process" }

  private func read(_ count: Int) -> [UInt8] { Self.read(descriptor, count) }

  private static func read(_ descriptor: Int32, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, length in
      length = max(0, uninterrupted { pread(descriptor, bytes.baseAddress, count, 0) })
    }
  }

  private static func record(_ bytes: [UInt8]) -> TurnRecord? {
    guard bytes.count >= TurnRecord.offset, bytes[line - 2] == mark else { return nil }
    return bytes.withUnsafeBytes { TurnRecord(UnsafeRawBufferPointer(rebasing: $0[TurnRecord.offset...])) }
  }

  private static func bytes(of record: TurnRecord?) -> [UInt8] {
    guard let record else { return [UInt8](repeating: 0, count: TurnRecord.size) }
    return record.words.withUnsafeBytes { Array($0) }
  }
}
