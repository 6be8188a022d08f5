import Foundation
import TestSupport

/// strace(1) attached to a process that runs already, its threads included; detached when the value goes.
final class Strace {
  private let process = Process()
  private let folder: TemporaryFolder

  /// Returns when it watches.
  init(_ pid: Int32, _ options: String...) throws {
    folder = try TemporaryFolder()
    process.executableURL = URL(filePath: "/usr/bin/strace")
    process.arguments = ["-f", "-y", "-s", "64", "-o", folder.path + "/calls"] + options + ["-p", "\(pid)"]
    _ = FileManager.default.createFile(atPath: folder.path + "/errors", contents: nil)
    process.standardError = try FileHandle(forUpdating: URL(filePath: folder.path + "/errors"))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    try patiently("strace is attached to \(pid)") {
      let said = try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
      if !process.isRunning { throw HTTPClient.Failure(description: "strace: \(said)") }
      return said.contains("attached")
    }
  }

  deinit {
    if process.isRunning { detach() }
  }

  /// The kernel lets go of what a killed tracer held: nothing waits for it for ever.
  private func detach() {
    process.terminate()
    awaitEnd(within: .seconds(5))
  }

  private func awaitEnd(within limit: Duration) {
    try? patiently(within: limit, "strace ends") { !process.isRunning }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Returns a line for each begin and each end of a call. Detaches it, or waits for the process to be gone: to be told to
  /// detach while its process dies is more than strace 6.1 can bear.
  func calls(whenGone: Bool = false) throws -> [Substring] {
    if whenGone { awaitEnd(within: .seconds(10)) } else { detach() }
    return try String(contentsOfFile: folder.path + "/calls", encoding: .utf8).split(separator: "\n")
  }
}
