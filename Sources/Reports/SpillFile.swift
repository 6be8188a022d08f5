import Glibc
import Jobs

/// A file for tallies that have no room in memory: in the folder for temporary files (`TMPDIR`, else `/var/tmp`, else `/tmp`),
/// readable by its owner alone. Its name is removed at once, so that it is gone with its process, however that ends. Every
/// call throws ``WorkNotBegun`` where the file can't be used, which costs the job no attempt.
///
/// Each call of ``append(_:to:)`` makes a run, which has its values in sequence, and ``forEach(in:_:)`` merges the runs of a list.
/// Each read gets a block of many values.
final class SpillFile {
  private static let bytesEach = 64 << 10

  private let descriptor: Int32
  /// Where each block of the file ends.
  private var ends: [Int] = []
  /// The blocks of each run, by list.
  private var runs: [Int: [Range<Int>]] = [:]

  /// In the first of `folders` that takes it.
  init(folders: [String] = SpillFile.folders) throws {
    var failure = WorkNotBegun(code: "files-unavailable", detail: "There is no folder for its temporary file.")
    for folder in folders {
      let name = "\(folder)/orders-report-\(UInt64.random(in: .min ... .max).hexadecimal)"
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        unlink(name)
        self.descriptor = descriptor
        return
      }
      failure = Self.failure("made in \(folder)")
    }
    throw failure
  }

  private static var folders: [String] {
    let chosen = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return [chosen, "/var/tmp", "/tmp"].filter { !$0.isEmpty }
  }

  deinit {
    close(descriptor)
  }

  /// `tallies` in sequence of their values, each once. Throws `CancellationError` where the task is cancelled.
  func append(_ tallies: some Sequence<(value: [UInt8], tally: Tally)>, to list: Int) throws {
    let first = ends.count
    var block = SpillBlock(capacity: Self.bytesEach + 4096)
    for (value, tally) in tallies {
      block.append(value, tally)
      guard block.bytes.count >= Self.bytesEach else { continue }
      try write(block.bytes)
      block.removeAll()
    }
    if !block.bytes.isEmpty { try write(block.bytes) }
    runs[list, default: []].append(first..<ends.count)
  }

  /// Each value once, in sequence, with all that was counted of it. Throws `CancellationError` where the task is cancelled.
  func forEach(in list: Int, _ body: (_ value: [UInt8], _ tally: Tally) throws -> Void) throws {
    var merged = runs[list, default: []].map { SpilledRun(blocks: $0) }
    // Of `merged`, by the value that comes next: the run with the least one is the last.
    var order: [Int] = []
    func advance(_ index: Int) throws {
      try merged[index].advance(read)
      guard let value = merged[index].value else { return }
      var (low, high) = (0, order.count)
      while low < high {
        let middle = (low + high) / 2
        let isLess = value.lexicographicallyPrecedes(merged[order[middle]].value ?? [])
        if isLess { low = middle + 1 } else { high = middle }
      }
      order.insert(index, at: low)
    }
    for index in merged.indices { try advance(index) }
    while let first = order.last, let value = merged[first].value {
      var tally = Tally()
      while let index = order.last, merged[index].value == value {
        order.removeLast()
        tally += merged[index].block.nextTally()
        try advance(index)
      }
      try body(value, tally)
    }
  }

  /// As the file's next block.
  private func write(_ bytes: [UInt8]) throws {
    try Task.checkCancellation()
    let start = ends.last ?? 0
    try inPieces(bytes.count, "written") { done in
      bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(start + done)) }
    }
    ends.append(start + bytes.count)
  }

  private func read(block: Int) throws -> [UInt8] {
    try Task.checkCancellation()
    let start = block == 0 ? 0 : ends[block - 1]
    let count = ends[block] - start
    var bytes = [UInt8](repeating: 0, count: count)
    try inPieces(count, "read") { done in
      bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, count - done, off_t(start + done)) }
    }
    return bytes
  }

  /// Calls until `count` bytes are done: a call may do fewer, and a signal may interrupt it.
  private func inPieces(_ count: Int, _ verb: String, _ call: (_ done: Int) -> Int) throws {
    var done = 0
    while done < count {
      let more = call(done)
      if more > 0 {
        done += more
      } else if more == 0 || errno != EINTR {
        if more == 0 { errno = EIO }
        throw Self.failure(verb)
      }
    }
  }

  /// Takes `errno` as it stands.
  private static func failure(_ verb: String) -> WorkNotBegun {
    WorkNotBegun(
      code: "files-unavailable", detail: "Its temporary file can't be \(verb): \(String(cString: strerror(errno)))")
  }
}

/// Where the reading of a run is.
private struct SpilledRun {
  /// The blocks that come after this one.
  var blocks: Range<Int>
  var block = SpillBlock(capacity: 0)
  /// The one that comes next in the block, before its tally; `nil` at the end of the run.
  private(set) var value: [UInt8]?

  init(blocks: Range<Int>) {
    self.blocks = blocks
  }

  mutating func advance(_ read: (_ block: Int) throws -> [UInt8]) throws {
    value = block.nextValue()
    guard value == nil, let next = blocks.popFirst() else { return }
    block = SpillBlock(try read(next))
    value = block.nextValue()
  }
}
