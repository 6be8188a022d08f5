import Dispatch
import Synchronization
import TestSupport

@testable import FastCGI

/// A receiver that notes what it gets.
final class NotingReceiver: BodyReceiver {
  struct Notes: Sendable {
    var bytes: [UInt8] = []
    var length = 0
    var longestPiece = 0
    /// The first byte that is another than the pattern has there.
    var wrongAt: Int?
    /// What each call of ``BodyReceiver/end(isWhole:)`` said.
    var ends: [Bool] = []
    var abandons = 0
    /// Calls after the last one.
    var late = 0

    var isOver: Bool { !ends.isEmpty || abandons > 0 }
  }

  let notes = Mutex(Notes())
  private let keeps: Bool
  private let hold: Hold?

  /// `keeps` all bytes, or else only compares them with ``Pattern``. `hold` is where each piece waits.
  init(keeps: Bool = true, hold: Hold? = nil) {
    self.keeps = keeps
    self.hold = hold
  }

  var noted: Notes { notes.withLock { $0 } }

  func take(_ bytes: UnsafeRawBufferPointer) {
    notes.withLock { notes in
      if notes.isOver { notes.late += 1 }
      if keeps { notes.bytes += bytes }
      if !keeps, notes.wrongAt == nil, !Pattern.matches(bytes, at: notes.length) { notes.wrongAt = notes.length }
      notes.length += bytes.count
      notes.longestPiece = max(notes.longestPiece, bytes.count)
    }
    hold?.wait()
  }

  func end(isWhole: Bool) {
    notes.withLock { notes in
      if notes.isOver { notes.late += 1 }
      notes.ends.append(isWhole)
    }
  }

  func abandon() {
    notes.withLock { notes in
      if notes.isOver { notes.late += 1 }
      notes.abandons += 1
    }
  }
}

/// All the receivers of one server, in the order in which it asked for them.
final class NotingReceivers: Sendable {
  private let made = Mutex<[NotingReceiver]>([])
  private let keeps: Bool
  private let hold: Hold?

  init(keeps: Bool = true, hold: Hold? = nil) {
    self.keeps = keeps
    self.hold = hold
  }

  var all: [NotingReceiver] { made.withLock { $0 } }

  /// One for each body that is posted to /up.
  var receiver: Server.Receiver {
    { body in
      guard body.method == "POST", body.target.hasPrefix("/up") else { return nil }
      let receiver = NotingReceiver(keeps: self.keeps, hold: self.hold)
      self.made.withLock { $0.append(receiver) }
      return receiver
    }
  }
}

/// Where threads wait until the test lets them go on.
final class Hold: Sendable {
  private let counter = Counter()
  private let group = DispatchGroup()

  init() { group.enter() }

  /// How many have come here.
  var arrived: Int { counter.value }

  /// Blocks.
  func wait() {
    counter.add()
    group.wait()
  }

  /// For all, once.
  func open() { group.leave() }

  func reached(_ count: Int) async throws {
    try await eventually("\(count) threads wait") { self.arrived >= count }
  }
}

/// Bytes that are others at each place of a body, for bodies that no test holds in memory.
enum Pattern {
  /// No power of two, so that a piece that is lost or doubled shows.
  private static let period = 65_521
  private static let bytes: [UInt8] = (0..<2 * period).map { index in
    UInt8(truncatingIfNeeded: (index % period) &* 13 ^ (index % period) >> 8)
  }

  /// `count` bytes from `offset`, at most 65,521.
  static func slice(_ count: Int, at offset: Int) -> [UInt8] {
    Array(bytes[offset % period..<offset % period + count])
  }

  static func matches(_ piece: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < piece.count {
      let count = min(period, piece.count - done)
      let expected = slice(count, at: offset + done)
      guard UnsafeRawBufferPointer(rebasing: piece[done..<done + count]).elementsEqual(expected) else { return false }
      done += count
    }
    return true
  }
}

/// Answers with what the receiver of the request noted, or like ``echo(_:)`` where it has none.
@Sendable func tellReceived(_ request: Request) async -> Response {
  guard let receiver = request.receiver as? NotingReceiver else { return await echo(request) }
  let noted = receiver.noted
  let body = request.body == .complete([]) ? "whole" : request.body == .truncated ? "truncated" : "\(request.body)"
  return .text("\(request.target) \(noted.length) \(body) \(noted.ends)")
}
