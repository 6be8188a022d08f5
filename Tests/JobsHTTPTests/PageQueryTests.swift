import HTTPTypes
import Jobs
import Testing

@testable import JobsHTTP

@Suite("A list's query")
struct PageQueryTests {
  @Test(
    "has defaults, and ignores what it doesn't know",
    arguments: ["/orders", "/orders?", "/orders?&&x=%zz&y", "/orders/?Limit=3"])
  func defaults(target: String) throws {
    let page = try PageQuery(target: target)
    #expect(page == (try PageQuery(target: "/")))
    #expect(page.limit == 50 && page.isAscending && page.after == nil && page.statuses.isEmpty && page.ids == nil)
  }

  @Test("is read with its encoding")
  func values() throws {
    let page = try PageQuery(
      target: "/orders?limit=%31000&order=desc&status=completed&status=running&ids=3%2C1,2&ids=9")
    #expect(page.limit == 1000)
    #expect(!page.isAscending)
    #expect(page.statuses == [.complete, .running])
    #expect(page.ids == [1, 2, 3, 9].reduce(into: Set()) { $0.insert(JobID(rawValue: $1)) })
  }

  @Test(
    "names the next page with the same filters",
    arguments: [
      "limit=2", "limit=2&order=desc", "status=complete&status=started&limit=1", "ids=1,2,3&limit=1000",
    ])
  func next(query: String) throws {
    let page = try PageQuery(target: "/orders?" + query)
    let next = try PageQuery(target: "/orders?" + page.next(after: JobID(rawValue: 77)))
    #expect(next.after == JobID(rawValue: 77))
    #expect(next.limit == page.limit && next.isAscending == page.isAscending)
    #expect(next.statuses == page.statuses && next.ids == page.ids)
  }

  @Test(
    "refuses a bad value by the parameter's name",
    arguments: [
      ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=", "limit"),
      ("limit", "limit"), ("limit=1.0", "limit"), ("limit=%zz", "limit"), ("limit=99999999999999999999", "limit"),
      ("limit=1&limit=2", "limit"), ("order=up", "order"), ("order=ASC", "order"), ("status=done", "status"),
      ("status=", "status"), ("status=running,failed", "status"), ("ids=", "ids"), ("ids=1,", "ids"), ("ids=0", "ids"),
      ("ids=a", "ids"), ("ids=1,-2", "ids"), ("after=", "after"), ("after=5", "after"), ("after=abc", "after"),
      ("after=8000000000000000", "after"), ("after=00000000000000zz", "after"), ("after=-000000000000001", "after"),
      ("after=00000000000000001", "after"), ("after=000000000000000A", "after"), ("after=%00", "after"),
      ("ids=" + (1...1001).map(String.init).joined(separator: ","), "ids"),
    ])
  func bad(query: String, parameter: String) {
    let problem = #expect(throws: Problem.self) { try PageQuery(target: "/orders?" + query) }
    #expect(problem?.parameter == parameter)
    #expect(problem?.status == .badRequest)
  }

  @Test("takes ids that are named again and again for one each, and counts each time against the limit")
  func repeatedIDs() throws {
    let ids = Array(repeating: (1...10).map(String.init).joined(separator: ","), count: 100)
    for separator in [",", "&ids="] {
      #expect(try PageQuery(target: "/orders?ids=" + ids.joined(separator: separator)).ids?.count == 10)
      #expect(throws: Problem.self) { try PageQuery(target: "/orders?ids=" + ids.joined(separator: separator) + ",1") }
    }
  }

  @Test("has cursors that come back as they went", arguments: [0, 1, 2, 50, Int64.max])
  func cursors(id: Int64) {
    let cursor = Cursor(id: JobID(rawValue: id))
    #expect(Cursor(cursor.text) == cursor)
  }
}
