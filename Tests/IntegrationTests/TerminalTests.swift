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
