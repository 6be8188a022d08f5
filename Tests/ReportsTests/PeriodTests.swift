import Jobs
import Kinds
import StrictJSON
import Testing

@testable import Reports

@Suite("The period of a report")
struct PeriodTests {
  private func pointers(_ from: String, _ to: String) -> [String] {
    let body = JSON.object([.init("from", .string(from)), .init("to", .string(to))])
    do throws(InvalidBody) {
      _ = try Kind.reports.input(of: body)
      return []
    } catch {
      return error.violations.map { "\($0.pointer)" }
    }
  }

  @Test(
    "begins before it ends",
    arguments: [
      ("2026-11-01", "2026-11-02", []), ("2026-11-01", "2026-11-01", ["/from"]),
      ("2026-11-02", "2026-11-01", ["/from"]),
      ("2026-11-01T02:00:00+02:00", "2026-11-01", ["/from"]), ("2026-11-01T01:59:59.999+02:00", "2026-11-01", []),
      ("2026-02-29", "2026-13-01", ["/from", "/to"]), ("", "2026-11-01", ["/from"]), ("0000-01-01", "9999-12-31", []),
      ("2026-11-01T00:00:00", "2026-11-02", ["/from"]), ("2026-11-01", "2026-11-02t00:00:00z", []),
    ])
  func faults(from: String, to: String, pointers: [String]) {
    #expect(self.pointers(from, to) == pointers)
  }

  @Test("is of whole milliseconds: what is finer counts from the next on")
  func moments() {
    let begin = ReportCountTests.begin
    for (text, moment) in [
      ("2026-11-01", begin), ("2026-11-01T00:00:00Z", begin), ("2026-11-01T05:30:00.25+05:30", begin + 250),
      ("2026-11-01T00:00:00.0000001Z", begin + 1), ("2026-11-01T00:00:00.0010000Z", begin + 1),
      ("2026-10-31T23:59:60Z", begin), ("1969-12-31T23:59:59.999Z", -1),
    ] {
      #expect(DateSyntax.moment(text)?.milliseconds == moment, "\(text)")
    }
  }
}
