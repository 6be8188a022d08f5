import Glibc

/// Lines to a descriptor that other processes may write theirs to: in pieces of whole lines that a pipe takes undivided.
/// Waits for whoever reads slowly.
struct LineOutput {
  /// PIPE_BUF, pipe(7).
  private static let piece = 4096
  private static let newline = UInt8(ascii: "\n")

  private let descriptor: Int32
  /// The last line that was begun has no end: the disk was full.
  private var isBroken = false

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes lines, each with its end. Returns how many were lost, because the system took no more.
  mutating func write(_ lines: [UInt8]) -> Int {
    var rest = lines[...]
    while !rest.isEmpty {
      let piece = Self.piece(of: rest)
      // A line of its own for what is not one.
      let bytes = isBroken ? [Self.newline] + piece : Array(piece)
      let written = writeAll(bytes)
      if written < bytes.count {
        if written > 0 { isBroken = bytes[written - 1] != Self.newline }
        let kept = max(0, written - (bytes.count - piece.count))
        return rest.dropFirst(kept).count { $0 == Self.newline }
      }
      isBroken = false
      rest = rest.dropFirst(piece.count)
    }
    return 0
  }

  /// As many lines as fit, and one at least.
  private static func piece(of rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard rest.count > piece - 1 else { return rest }
    let end = rest.prefix(piece - 1).lastIndex(of: newline) ?? rest.firstIndex(of: newline)
    return end.map { rest[...$0] } ?? rest
  }

  /// How many bytes were taken.
  private func writeAll(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes { all in
      var written = 0
      while written < all.count {
        let count = Glibc.write(descriptor, all.baseAddress?.advanced(by: written), all.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          // Whoever shares it wants it so.
          var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&writable, 1, -1)
        } else if errno != EINTR {
          break
        }
      }
      return written
    }
  }
}
