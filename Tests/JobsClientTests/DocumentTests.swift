import StrictJSON
import Testing

@testable import JobsClient

@Suite("The documents of the client")
struct DocumentTests {
  @Test("keep numbers digit for digit", arguments: ["19.90", "100.00", "12345678901234.56", "0.1", "1e15", "-0"])
  func numbers(_ text: String) throws {
    let page = #"{"orders":[{"id":1,"products":["a"],"amount":\#(text) ,"status":"running"}]}"#
    #expect(JobPage(Array(page.utf8))?.entries.first?.details == .products(["a"], amount: text))
    #expect(JobInput(products: ["a"], amount: text)?.body == Array(#"{"products":["a"],"amount":\#(text)}"#.utf8))
  }

  @Test(
    "have no amount that is not a number of JSON",
    arguments: ["", "1,5", "01", ".5", "1.", "+1", "0x1", "NaN", "1 ", " 1", "1\n", "١", "1 2", "[1]", "true", #""1""#])
  func noNumbers(_ text: String) {
    #expect(JobInput(products: ["a"], amount: text) == nil)
  }

  @Test(
    "send any text as it is",
    arguments: ["tea", #"a "b" \c/"#, "\u{1B}[31m\n\t\u{0}", "é 漢字 🍵", "e\u{301}", #"x","amount":0,"y":["#])
  func strings(_ text: String) throws {
    let body = try #require(JobInput(products: [text, "z"], amount: "1")).body
    #expect(!body.contains { $0 < 0x20 })
    let read = try #require(JSON(document: body)?["products"]?.elements)
    #expect(read.map { Array(($0.string ?? "").unicodeScalars) } == [Array(text.unicodeScalars), ["z"]])
  }

  @Test("are read whatever members later versions add, and the first of those that are there twice counts")
  func members() {
    let page = #"{"v":{"x":[null]},"orders":[{"id":7,"id":8,"status":"new","amount":1,"products":[],"z":true}]}"#
    let entry = JobPage(Array(page.utf8))?.entries.first
    #expect(entry?.id == 7 && entry?.status == "new" && entry?.details == .products([], amount: "1"))
  }

  @Test(
    "are nothing but one whole document",
    arguments: [
      "", " ", "<html>", "{", #"{"orders":[]"#, #"{"orders":[]} x"#, #"{"orders":[],}"#, "\u{FEFF}{\"orders\":[]}",
      "[]",
      #"{"orders":{}}"#, #"{"orders":[{"id":1}]}"#, String(repeating: "[", count: 100_000),
    ])
  func noPages(_ text: String) {
    #expect(JobPage(Array(text.utf8)) == nil)
  }

  @Test("may be a page of 1,000 orders of 1,000 short products each")
  func longPage() throws {
    let products = repeatElement(#""a""#, count: 1000).joined(separator: ",")
    let orders = (1...1000).map { #"{"id":\#($0),"products":[\#(products)],"amount":1,"status":"started"}"# }
    let page = Array(#"{"orders":[\#(orders.joined(separator: ","))],"next":"/orders?after=1000"}"#.utf8)
    let read = try #require(JobPage(page))
    #expect(read.entries.map(\.id) == Array(1...1000) && read.hasMore)
    let expected = JobPage.Details.products(Array(repeating: "a", count: 1000), amount: "1")
    #expect(read.entries.allSatisfy { $0.details == expected })
    #expect(read.bytes == page)
  }

  @Test(
    "may be a result of 8 MiB, however many values it has for its length",
    arguments: ["1", "[]", "[[[[0]]]]", #"{"":0}"#, #""a""#])
  func longResult(_ value: String) {
    let values = repeatElement(value, count: (8 << 20) / (value.utf8.count + 1)).joined(separator: ",")
    let answer = Answer(status: 200, body: Array(#"{"result":[\#(values)],"id":5}"#.utf8))
    #expect(answer.json?["id"]?.integer == 5)
  }

  @Test("may be a result that is nested deeper than a request may be")
  func deepResult() {
    let result = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(JSON(document: Array(#"{"id":5,"result":\#(result)}"#.utf8))?["id"]?.integer == 5)
    #expect(JSON(document: Array(#"{"id":5,"result":[\#(result)]}"#.utf8)) == nil)
  }
}
