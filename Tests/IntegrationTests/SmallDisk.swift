import Foundation
import TestSupport

/// A file system in memory for a service's data, so small that it can be filled.
struct SmallDisk {
  let folder: TemporaryFolder

  private var ballast: String { folder.path + "/data/ballast" }

  /// Mounts it, and unmounts it when `body` is through, whatever happened. Only root may.
  @concurrent
  static func mounted(
    megabytes: Int, _ body: @concurrent @Sendable (SmallDisk) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    try await blocking {
      try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
      let mount = try run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=755", "tmpfs", data])
      guard mount.status == 0 else {
        throw HTTPClient.Failure(
          description: "this test needs a small disk of its own, and may not mount one (only root may): \(mount.errors)"
        )
      }
    }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(SmallDisk(folder: folder)))
    } catch {
      outcome = .failure(error)
    }
    // Lazily: what a failed test left running may have a file open there.
    let unmounted = try await blocking { try run("/bin/umount", ["--lazy", data]) }
    try outcome.get()
    guard unmounted.status == 0 else { throw HTTPClient.Failure(description: "umount: \(unmounted.errors)") }
  }

  /// Takes all the room there is, but for the last `room` bytes.
  func fill(leaving room: Int = 0) throws {
    let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HTTPClient.Failure(description: "open the ballast: \(errno)") }
    defer { close(descriptor) }
    for size in [1 << 20, 4096, 1] {
      let bytes = [UInt8](repeating: 1, count: size)
      while write(descriptor, bytes, size) > 0 {}
    }
    guard errno == ENOSPC else { throw HTTPClient.Failure(description: "write the ballast: \(errno)") }
    let taken = lseek(descriptor, 0, SEEK_END)
    guard ftruncate(descriptor, taken - off_t(room)) == 0 else {
      throw HTTPClient.Failure(description: "shorten the ballast: \(errno)")
    }
  }

  func empty() throws {
    try FileManager.default.removeItem(atPath: ballast)
  }
}
