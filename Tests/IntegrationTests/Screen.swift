import Foundation
import TestSupport

/// A terminal of tmux in which one command runs, says `exit=` and its status, and stays.
final class Screen {
  private static let tmux = "/usr/bin/tmux"
  private let folder: TemporaryFolder
  /// Ours, and in the foreground: a daemon of it would keep what Foundation takes for the sign that its process lives.
  private let server = Process()

  init(_ client: TerminalClient, _ arguments: [String], columns: Int, rows: Int) throws {
    folder = try TemporaryFolder()
    server.executableURL = URL(filePath: Self.tmux)
    server.arguments = ["-f", "/dev/null", "-u", "-S", socket, "-D"]
    server.standardInput = FileHandle.nullDevice
    // Ours would be open as long as it lives, which is for ever should we crash.
    server.standardOutput = FileHandle.nullDevice
    server.standardError = FileHandle.nullDevice
    try server.run()
    try patiently("tmux listens") { FileManager.default.fileExists(atPath: socket) }
    // The shell hears of ^C too: it has to outlive the command to tell its status, on a line without the ^C.
    let script = #"trap : INT; "$@"; printf '\nexit=%s\n' $?; exec cat"#
    let environment = client.variables.merging(["LC_ALL": "C.UTF-8", "NO_COLOR": ""]) { $1 }
    try command(
      ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "/usr/bin/env"]
        + environment.map { "\($0)=\($1)" } + ["/bin/sh", "-c", script, "sh", RunningService.binary] + arguments)
  }

  deinit {
    if server.isRunning { server.terminate() }
  }

  private var socket: String { folder.path + "/tmux" }

  @discardableResult
  private func command(_ arguments: [String]) throws -> String {
    let answer = try run(Self.tmux, ["-N", "-u", "-S", socket] + arguments)
    guard answer.status == 0 else { throw HTTPClient.Failure(description: "tmux: \(answer.errors)") }
    return answer.output
  }

  /// What it shows, without the blanks at the ends of lines.
  func lines(withHistory: Bool = false) throws -> [String] {
    try command(["capture-pane", "-p"] + (withHistory ? ["-S", "-"] : [])).split(separator: "\n").map(String.init)
  }

  func resize(columns: Int) throws { try command(["resize-window", "-x", "\(columns)"]) }

  func press(_ key: String) throws { try command(["send-keys", key]) }

  func showsCursor() throws -> Bool { try command(["display-message", "-p", "#{cursor_flag}"]) == "1\n" }
}
