import Glibc
public import Jobs
public import Logging
public import ServiceLifecycle

/// Puts the texts of results into the store's index, and takes those of jobs that are gone out of it: soon after the end of a job,
/// in transactions of a few milliseconds each, with pauses for others. Every process that works on jobs has one.
public struct TextIndexer: Service {
  /// How long no ring is listened to after one.
  private static let pause = Duration.milliseconds(250)
  private static let pauseAfterFailure = Duration.seconds(15)
  /// The bytes that are read at once; enough for one transaction and more.
  private static let bytesAtOnce = 64 << 10

  private let folder: FileFolder
  private let store: any JobStore & TextIndex
  private let logger: Logger

  public init(_ folder: FileFolder, in store: any JobStore & TextIndex, logger: Logger) {
    self.folder = folder
    self.store = store
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in self.store.rings() {
        do {
          try await self.indexAll()
        } catch is CancellationError {
          return
        } catch {
          self.logger.error("index texts", metadata: ["error": "\(error)"])
          try? await Task.sleep(for: Self.pauseAfterFailure)
        }
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  func indexAll() async throws {
    while let text = try await store.takeText() { try await index(text) }
  }

  private func index(_ text: WaitingText) async throws {
    // What is left of an earlier index, of another file of the job.
    if text.position == 0 {
      while try await !store.clear(text) { try await rest() }
    }
    guard let stored = text.stored else { return }
    let descriptor: Int32
    do {
      descriptor = try folder.open(stored)
    } catch {
      // It may have gone with its job.
      guard try await store.unnamedFiles(among: [stored]).isEmpty else { return }
      // What this process lacks for a while, such as descriptors, is no fault of the file.
      guard !folder.all.has(stored) else { throw error }
      return try await giveUp(text, error)
    }
    defer { close(descriptor) }
    var next = text
    while true {
      let bytes: [UInt8]
      do {
        bytes = try Self.read(descriptor, at: next.position)
      } catch {
        return try await giveUp(next, error)
      }
      let isEnd = bytes.count < Self.bytesAtOnce
      let passages = Passage.cut(bytes, at: next.position, page: next.page, isEnd: isEnd)
      guard let later = try await store.add(passages, to: next, isWhole: isEnd) else { return }
      next = later
      try await rest()
    }
  }

  private func giveUp(_ text: WaitingText, _ error: StoreError) async throws {
    logger.error("a text can't be searched", metadata: ["job": "\(text.id)", "error": "\(error)"])
    try await store.giveUp(text)
  }

  /// Others write meanwhile.
  private func rest() async throws { try await Task.sleep(for: .milliseconds(4)) }

  private static func read(_ descriptor: Int32, at position: Int64) throws(StoreError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: bytesAtOnce)
    var count = 0
    while count < bytes.count {
      let more = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress! + count, buffer.count - count, off_t(position) + off_t(count))
      }
      if more < 0, errno == EINTR { continue }
      guard more >= 0 else { throw failure("read a text") }
      if more == 0 { break }
      count += more
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
