import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `orders watch` in a real terminal: tmux, whose screen the tests read.
  @Suite("Bars in a terminal", .served(processes: 1, "--pace", "150ms", "--jobs", "40"))
  struct TerminalTests {
    @Test("are one line for each order, in place, and fit when the terminal is made narrower")
    func bars() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let ids = try (0..<3).map { _ in
          try #require(
            try orders("submit", "--amount", "1", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j").lines.first)
        }
        let screen = try Screen(orders, ["watch"] + ids + ["999999"], columns: 80, rows: 24)
        func bars(of width: Int) throws -> [String] {
          try screen.lines().filter { $0.contains("█") || $0.contains("░") }.filter { $0.count <= width }
        }
        try patiently("all run") { try bars(of: 80).filter { $0.contains(" running ") }.count == 3 }
        try screen.resize(columns: 46)
        try patiently("they fit") {
          let bars = try bars(of: 45)
          return bars.count == 3 && Set(bars.map { $0.prefix { $0 != "█" && $0 != "░" } }).count == 3
        }
        try patiently("it ends") { try screen.lines().contains("exit=5") }
        let lines = try screen.lines()
        #expect(lines.filter { $0.contains("complete") && $0.contains("100%") }.count == 3, "\(lines)")
        #expect(lines.filter { $0.hasPrefix("999999  There is no order 999999.") }.count == 1)
        #expect(!lines.contains { $0.contains("running") })
        #expect(try screen.showsCursor())
      }
    }

    @Test("are as many as there are rows, and all of them at the end")
    func many() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let ids = try (0..<12).map { _ in
          try #require(try orders("submit", "--amount", "1", "a", "b", "c", "d", "e", "f").lines.first)
        }
        let screen = try Screen(orders, ["watch"] + ids, columns: 60, rows: 8)
        try patiently("some are shown") { try screen.lines().contains { $0.hasPrefix("and 6 more, ") } }
        try patiently("it ends") { try screen.lines().contains("exit=0") }
        let complete = try screen.lines(withHistory: true).filter { $0.contains("complete") }
        #expect(ids.allSatisfy { id in complete.contains { $0.hasPrefix("\(id)  ") || $0.hasPrefix(" \(id)  ") } })
      }
    }

    @Test("leave the terminal as it was when they are interrupted")
    func interrupted() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let id = try #require(try orders("submit", "--amount", "1", "a", "b", "c", "d", "e", "f", "g").lines.first)
        let screen = try Screen(orders, ["watch", id], columns: 80, rows: 24)
        try patiently("it runs") { try screen.lines().contains { $0.contains(" running ") } }
        try screen.press("C-c")
        try patiently("it ends") { try screen.lines().contains("exit=130") }
        #expect(try screen.showsCursor())
      }
    }
  }
}

/// A terminal of tmux in which one command runs, says `exit=` and its status, and stays.
private final class Screen {
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
