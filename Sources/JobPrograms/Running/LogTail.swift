/// The end of what a program wrote on its standard error.
struct LogTail: Sendable {
  let limit: Int
  private var kept: [UInt8] = []
  /// Bytes that were dropped at the beginning.
  private(set) var dropped = 0

  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ bytes: some Collection<UInt8>) {
    kept += bytes
    // Cut seldom, so that a long log costs little for each piece of it.
    if kept.count > 2 * limit + 4096 { cut() }
  }

  /// At most `limit` bytes. Where the beginning is missing, a whole line is the first one, if a line ends in what is left.
  var bytes: [UInt8] {
    var copy = self
    copy.cut()
    guard copy.dropped > 0, let end = copy.kept.firstIndex(of: UInt8(ascii: "\n")), end + 1 < copy.kept.count else {
      return copy.kept
    }
    return Array(copy.kept[(end + 1)...])
  }

  private mutating func cut() {
    let more = kept.count - limit
    guard more > 0 else { return }
    kept.removeFirst(more)
    dropped += more
  }
}
