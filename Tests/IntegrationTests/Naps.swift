import Foundation
import TestSupport

/// A folder with the file of one kind, whose program sleeps as long as its input says.
struct Naps {
  /// Reports, logs, and sleeps as long as it is asked to, in a session of its own too.
  private static let nap = """
    #!/bin/sh
    read -r input
    seconds=$(printf %s "$input" | tr -dc 0-9.)
    (setsid sleep "$seconds" &)
    echo "nap of $JOB_ID, attempt $JOB_ATTEMPT" >&2
    echo '{"step":"nap","completed":1,"total":2}' >&3
    sleep "$seconds"
    echo "{\\"slept\\":$seconds}"

    """

  private let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws {
    folder = try TemporaryFolder()
    let file = """
      name: nap
      path: naps
      program: [./nap]
      input: {type: object, required: [seconds], properties: {seconds: {type: number}}}
      limits: {grace: 1s}

      """
    try file.write(toFile: folder.path + "/nap.yaml", atomically: false, encoding: .utf8)
    try Self.nap.write(toFile: folder.path + "/nap", atomically: false, encoding: .utf8)
    chmod(folder.path + "/nap", 0o755)
  }

  /// The processes of this machine that sleep so long.
  func sleepers(_ seconds: String) -> [Int32] {
    Self.processes(with: seconds).filter { pid in
      FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") == Data("sleep\0\(seconds)\0".utf8)
    }
  }

  /// Those with `mark` among their arguments.
  static func processes(with mark: String) -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }.filter { pid in
      FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")?.firstRange(of: Data(mark.utf8)) != nil
    }
  }

  /// So long that it never ends by itself; no other test has the number.
  func long() -> String { "9\(UInt32.random(in: 100_000_000...999_999_999))" }
}
