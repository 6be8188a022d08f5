import FastCGI
import Foundation
import Jobs
import Kinds
import TestSupport
import Testing

@testable import JobsHTTP

/// Status words and limits stand in Sources/JobsHTTP/README.md once: code, description, page and manual say the same.
/// (The defaults of options: ManualTests.)
@Suite("The tables of the API's document")
struct TableTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: RunningService.repository + "/" + path, encoding: .utf8)
  }

  @Test("have the words of all statuses, as the description, the page and the manual have them")
  func statuses() throws {
    let rows = try MarkdownTable(in: text("Sources/JobsHTTP/README.md"), below: "Status words").rows
    #expect(rows.map(\.[0]) == JobStatus.allCases.map { "`\($0.rawValue)`" })
    #expect(rows.map { $0[3] == "final" } == JobStatus.allCases.map(\.isFinal))
    let page = try text("nginx/page/job.js")
    let manual = try text("deploy/man/orders.1")
    for row in rows {
      let word = row[0].filter { $0 != "`" }
      #expect(page.contains("\n  \(word): \"\(row[2])\",\n"))
      #expect(manual.contains("\n.Em \(word)"))
    }
    let finals = rows.filter { $0[3] == "final" }.map { "\"" + $0[0].filter { $0 != "`" } + "\"" }
    #expect(page.contains("finalStatuses = new Set([\(finals.joined(separator: ", "))])"))
    let words = try text("nginx/page/route.js")
    #expect(words.contains("[" + JobStatus.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]"))
    let described = JobStatus.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    #expect(OpenAPI.sharedSchemas.contains("\"Status\": {\"type\": \"string\", \"enum\": [\(described)]"))
  }

  @Test("have the limits that no option changes, as the code has them")
  func limits() throws {
    let rows = try MarkdownTable(in: text("Sources/JobsHTTP/README.md"), below: "Limits").rows
    let fixed = Dictionary(uniqueKeysWithValues: rows.filter { !$0[2].hasPrefix("`--") }.map { ($0[0], $0[1]) })
    #expect(
      fixed == [
        "jobs on one page of a list": "\(PageQuery.defaultLimit), at most \(PageQuery.limits.upperBound)",
        "a wait by `Prefer: wait=N`": "\(Prefer.longestWait) s",
        "an `Idempotency-Key`": "\(IdempotencyKey.longest) characters",
        "faults that an answer names": "\(InvalidBody.mostViolations)",
        "what an answer quotes of a request": "\(Quotation.longest) characters",
        "words and phrases of a search": "\(SearchQuery.mostTerms)",
        "silence of an event stream": "\(EventStream.heartbeat.components.seconds) s",
      ])
  }
}
