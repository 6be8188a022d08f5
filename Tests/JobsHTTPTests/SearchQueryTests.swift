import Jobs
import Testing

@testable import JobsHTTP

@Suite("A search's query")
struct SearchQueryTests {
  private func query(_ text: String) throws -> SearchQuery { try SearchQuery(QueryItems(target: "/scans?" + text)) }

  @Test(
    "is words and phrases",
    arguments: [
      ("q=tea", ["tea"]), ("q=tea++time%0a", ["tea", "time"]), ("q=%22tea+time%22+milk", ["tea time", "milk"]),
      ("q=tea+%22open+end", ["tea", "open end"]), ("q=tea+-+%22+%22+!", ["tea"]), ("q=a%00b", ["a", "b"]),
      ("q=%C3%A9t%C3%A9", ["été"]), ("q=%22a%00b%22", ["a b"]), ("q=tea%22milk%22", ["tea", "milk"]),
    ])
  func terms(text: String, terms: [String]) throws {
    let query = try query(text)
    #expect(query.terms == terms)
    #expect(query.limit == 50 && query.after == nil)
  }

  @Test(
    "is refused with the parameter's name",
    arguments: [
      ("q=", "q"), ("q=%22%22", "q"), ("q=-+!", "q"), ("q=%ff", "q"), ("q=a&q=b", "q"),
      ("q=" + Array(repeating: "a", count: 33).joined(separator: "+"), "q"), ("q=a&limit=0", "limit"),
      ("q=a&limit=1001", "limit"), ("q=a&after=0000000000000003", "after"), ("q=a&after=", "after"),
      ("q=a&after=7ff00000000000000000000000000003", "after"), ("q=a&order=desc", "order"), ("q=a&ids=1", "ids"),
      ("q=a&status=complete", "status"),
    ])
  func refused(text: String, parameter: String) {
    let problem = #expect(throws: Problem.self) { try self.query(text) }
    #expect(problem?.parameter == parameter)
  }

  @Test("names the next page with the same words", arguments: ["tea time", "\"tea & time\" 100% été", "a+b=c#d"])
  func next(words: String) throws {
    let place = TextMatch.Place(rank: -1.25e-7, id: JobID(rawValue: 77))
    let bytes = words.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let first = try query("limit=7&q=" + bytes)
    let next = try query(first.next(after: place))
    #expect(next.terms == first.terms && next.limit == 7 && next.after == place)
  }
}
