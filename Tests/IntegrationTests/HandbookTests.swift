import Foundation
import TestSupport
import Testing

/// What the sources say to an operator, and what deploy/README.md says about it: each of it, and nothing else.
@Suite("The operator's handbook")
struct HandbookTests {
  private let handbook: String

  init() throws {
    handbook = try String(contentsOfFile: RunningService.repository + "/deploy/README.md", encoding: .utf8)
  }

  @Test("tells what each line of the log means")
  func lines() throws {
    let call = /ogger\.(?:info|notice|warning|error|critical)\(\s*"([^"]+)"/
    // What follows a colon explains itself.
    let lines = try Set(matches(of: call, in: "Sources").map { $0.split(separator: ":").first.map(String.init) ?? $0 })
    #expect(lines.count > 30)
    #expect(try column(of: "line") == lines)
  }

  @Test("tells what each finding of the doctor means, and how to mend it")
  func findings() throws {
    let report = /(?:report|Finding)\(\s*"([a-z-]+)"/
    let codes = try Set(["Sources/Doctor", "Sources/JobService/Doctor"].flatMap { try matches(of: report, in: $0) })
    #expect(codes.count > 40)
    #expect(try column(of: "code") == codes)
  }

  @Test("tells what each metric is")
  func metrics() throws {
    let families = try Set(matches(of: /"(orders_[a-z_]+)"/, in: "Sources/JobService/Catalogue.swift"))
    #expect(families.count > 25)
    // `orders_process_start_time_seconds`, `…_waits`: those of processes are told in one breath.
    let told = try column(of: "metric").map { $0.replacing(/\{.*\}/, with: "").replacing("…", with: "orders_process") }
    #expect(Set(told) == families)
  }

  @Test("tells what to do at each alarm")
  func alarms() throws {
    let alarms = try Set(matches(of: /- alert: (\w+)/, in: "deploy/prometheus-alerts.yml"))
    #expect(alarms.count >= 10)
    #expect(try column(of: "alarm") == alarms)
  }

  /// What stands in code in the first column of the table whose first heading is that.
  private func column(of heading: String) throws -> Set<String> {
    let lines = handbook.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
    let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
    return Set(rows.flatMap { $0.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.1) } })
  }

  /// What a pattern finds in a file, or in all below a folder.
  private func matches(of pattern: Regex<(Substring, Substring)>, in path: String) throws -> [String] {
    let root = RunningService.repository + "/" + path
    let below = (FileManager.default.subpaths(atPath: root) ?? []).filter { $0.hasSuffix(".swift") }
    return try (below.isEmpty ? [root] : below.map { root + "/" + $0 }).flatMap { file in
      try String(contentsOfFile: file, encoding: .utf8).matches(of: pattern).map { String($0.1) }
    }
  }
}
