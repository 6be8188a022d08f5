import Foundation
import Jobs

/// A program that sleeps until it is ended.
struct Sleeper: Sendable {
  let process: WorkProcess

  /// Starts one.
  init() throws {
    let program = Process()
    program.executableURL = URL(filePath: "/bin/sleep")
    program.arguments = ["600"]
    try program.run()
    let pid = program.processIdentifier
    process = WorkProcess(
      pid: pid, startTime: Self.stat(pid)?.startTime ?? 0, group: getpgid(pid), pidNamespace: 1)
  }

  var isAlive: Bool { Self.isAlive(process) }

  static func isAlive(_ process: WorkProcess) -> Bool {
    guard let stat = stat(process.pid), stat.startTime == process.startTime else { return false }
    return stat.state != "Z"
  }

  /// Fields 3 and 22 of proc_pid_stat(5); the second may have blanks in it.
  private static func stat(_ pid: Int32) -> (state: Substring, startTime: UInt64)? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 19
    else { return nil }
    return UInt64(fields[19]).map { (fields[0], $0) }
  }
}

/// Ends a process when it may.
struct Killer: WorkProcessEnder {
  var isHeld: @Sendable () -> Bool = { false }
  /// Instead of ending it.
  var refusal: @Sendable () -> String? = { nil }

  @concurrent
  func end(_ process: WorkProcess) async -> ProcessEnd {
    if let refusal = refusal() { return .unknown(refusal) }
    while isHeld() { try? await Task.sleep(for: .milliseconds(2)) }
    kill(process.pid, SIGKILL)
    while Sleeper.isAlive(process) { try? await Task.sleep(for: .milliseconds(1)) }
    return .dead
  }
}
