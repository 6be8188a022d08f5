public import Jobs
public import Logging
public import ServiceLifecycle

/// Removes the files that no job has any more: of jobs that have expired, soon; of members that died while they wrote, at the
/// start and every few minutes. While a backup copies files none is removed.
public struct FileSweep: Service {
  private static let pause = Duration.seconds(15)
  /// One look through the whole folder for so many pauses.
  private static let looks = 20
  private static let group = 200

  private let files: StoredFiles
  private let store: any JobStore
  private let logger: Logger

  public init(_ folder: FileFolder, of store: any JobStore, logger: Logger) {
    files = folder.all
    self.store = store
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var count = 0
      while !Task.isCancelled {
        do {
          try await sweep(wholly: count % Self.looks == 0)
        } catch {
          self.logger.error("sweep files", metadata: ["error": "\(error)"])
        }
        count += 1
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Once. Of the abandoned ones only where `wholly`.
  func sweep(wholly: Bool) async throws {
    _ = try await files.whileNoBackup {
      while case let expired = try await store.expiredFiles(limit: Self.group), !expired.isEmpty {
        let removed = expired.filter { files.remove($0) }
        guard !removed.isEmpty else { return }
        try await store.forgetFiles(removed)
      }
      guard wholly else { return }
      var names = files.names[...]
      while !names.isEmpty {
        for stored in try await store.abandonedFiles(among: Array(names.prefix(Self.group))) { files.remove(stored) }
        names = names.dropFirst(Self.group)
      }
    }
  }
}
