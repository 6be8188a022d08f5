import Testing

@testable import OrdersClient

@Suite("The client's JSON")
struct JSONTests {
  @Test("keeps numbers digit for digit", arguments: ["19.90", "100.00", "12345678901234.56", "0.1", "1e15", "-0"])
  func numbers(_ text: String) throws {
    let json = try #require(JSONParser.value(of: Array(#"{"amount": \#(text) }"#.utf8)))
    #expect(json["amount"]?.number == text)
    #expect(NewOrder(products: ["a"], amount: text)?.body == #"{"products":["a"],"amount":\#(text)}"#)
  }

  @Test(
    "takes nothing else for a number", arguments: ["", "1,5", "01", ".5", "1.", "+1", "0x1", "NaN", "1 ", "1\n", "١"])
  func noNumbers(_ text: String) {
    #expect(NewOrder(products: ["a"], amount: text) == nil)
    #expect(JSONParser.value(of: Array("[1,\(text.isEmpty ? "-" : text)x]".utf8)) == nil)
  }

  @Test(
    "sends and reads any text as it is",
    arguments: ["tea", #"a "b" \c/"#, "\u{1B}[31m\n\t\u{0}", "é 漢字 🍵", "e\u{301}", #"x","amount":0,"y":["#])
  func strings(_ text: String) throws {
    let body = try #require(NewOrder(products: [text, "z"], amount: "1")).body
    #expect(!body.utf8.contains { $0 < 0x20 })
    let read = try #require(JSONParser.value(of: Array(body.utf8))?["products"]?.elements)
    #expect(read.map { Array(($0.string ?? "").unicodeScalars) } == [Array(text.unicodeScalars), ["z"]])
  }

  @Test("reads escapes")
  func escapes() {
    let json = JSONParser.value(of: Array(#"{"a\"b":"\ud83c\udf75\u00e9\/\n"}"#.utf8))
    #expect(json?["a\"b"]?.string == "🍵é/\n")
  }

  @Test(
    "takes nothing but one whole document",
    arguments: [
      "", " ", "<html>", "{", #"{"a":1"#, #"{"a" 1}"#, #"{"a":1,}"#, "[1,]", "[1 2]", "nul", #"{"a":1} x"#, #""a"#,
      "\"\n\"",
      #""\x""#, "{a:1}", String(repeating: "[", count: 100_000),
    ])
  func malformed(_ text: String) {
    #expect(JSONParser.value(of: Array(text.utf8)) == nil)
  }

  @Test("takes no string that isn't UTF-8")
  func notText() {
    #expect(JSONParser.value(of: [0x22, 0xFF, 0x22]) == nil)
  }
}
