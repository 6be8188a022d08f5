import StrictJSON
import Testing

@testable import JobsClient

@Suite("The documents of other kinds")
struct KindDocumentTests {
  private let sheets = Array(
    #"{"sheets":[{"id":9,"status":"running","width":3e2,"format":"a\tb","deep":{"x":1},"list":[1],"none":null,"dry":true},{"id":10,"status":"cancelled"}],"next":"/api/sheets?limit=2&after=x"}"#
      .utf8)

  @Test("have the properties of the input that are a text, a number, or true or false")
  func properties() throws {
    let page = try #require(JobPage(sheets, of: "sheets"))
    #expect(page.next == "?limit=2&after=x")
    #expect(
      page.entries.first?.details
        == .input([
          .init(name: "width", value: "3e2"), .init(name: "format", value: "a\tb"), .init(name: "dry", value: "true"),
        ]))
    #expect(page.entries.last?.details == .input([]))
    #expect(JobPage(sheets, of: "orders") == nil)
    #expect(JobPage(sheets, of: "sheets", isSearch: true) == nil)
  }

  @Test("are lines with tabs for other programs, and columns in a terminal")
  func table() throws {
    let entries = try #require(JobPage(sheets, of: "sheets")).entries
    let statuses = [
      Int64(9): try document(9, "running", 40, more: #","createdAt":"2026-11-24T00:51:44.653Z""#)
    ]
    #expect(
      JobTable(columns: nil).lines(of: entries, statuses) == [
        "9\trunning\t40%\t2026-11-24T00:51:44.653Z\twidth=3e2\tformat=a\\u0009b\tdry=true", "10\tcancelled\t-\t-",
      ])
    #expect(
      JobTable(columns: 60).lines(of: entries, statuses) == [
        " 9  running    40%  2026-11-24 00:51Z  width=3e2  format=a\\…",
        "10  cancelled    -  -                  ",
      ])
  }

  @Test("of a search have the page and the text around the words, on one line")
  func matches() throws {
    let found =
      #"{"scans":[{"id":3,"status":"complete","language":"eng","page":12,"snippet":"… the\n rent\u001b per …"}]}"#
    let page = try #require(JobPage(Array(found.utf8), of: "scans", isSearch: true))
    #expect(JobTable(columns: nil).lines(of: page.entries) == ["3\t12\t… the rent\\u001b per …"])
    #expect(JobTable(columns: 80).lines(of: page.entries) == ["3  page 12  … the rent\\u001b per …"])
    #expect(JobPage(Array(#"{"scans":[]}"#.utf8), of: "scans", isSearch: true)?.entries == [])
  }

  @Test("are asked for by words in any letters")
  func query() {
    var query = ListQuery()
    query.words = #"rent "per month" 10% & é+a"#
    query.limit = 5
    #expect(query.text == "?q=rent%20%22per%20month%22%2010%25%20%26%20%C3%A9%2Ba&limit=5")
  }

  @Test("name the kinds of a service")
  func kinds() {
    let welcome =
      #"{"service":"orders","kinds":[{"name":"sheet","path":"/sheets","title":"Contact sheets"},{"path":"/a b"},{"path":"/x"}]}"#
    #expect(
      ServiceKind.all(in: JSON(document: Array(welcome.utf8))) == [
        ServiceKind(path: "sheets", title: "Contact sheets"), ServiceKind(path: "x", title: "x"),
      ])
    for other in ["{}", "[]", #"{"kinds":[]}"#, #"{"service":"orders"}"#] {
      #expect(ServiceKind.all(in: JSON(document: Array(other.utf8))) == nil)
    }
  }

  @Test(
    "say of which type a property is, so that a text can be sent as it",
    arguments: [
      ("width", "300", JSON.number("300")), ("width", "3.50", .number("3.50")), ("width", "wide", .string("wide")),
      ("width", "\"3\"", .string("\"3\"")), ("name", "300", .string("300")), ("name", "", .string("")),
      ("name", "null", .string("null")), ("dry", "true", .bool(true)), ("dry", "1", .string("1")),
      ("tags", #"["a"]"#, .array([.string("a")])), ("tags", "a", .string("a")),
      ("format", "png", .string("png")), ("format", "3", .number("3")), ("format", "4", .string("4")),
      ("unknown", "1", .string("1")),
    ])
  func types(_ name: String, _ text: String, _ value: JSON) throws {
    let description = """
      {"paths":{"/sheets":{"post":{"requestBody":{"content":{"application/json":
        {"schema":{"$ref":"#/components/schemas/SheetInput"}}}}}}},
      "components":{"schemas":{"SheetInput":{"properties":{"width":{"type":"integer"},"name":{"type":"string"},
        "dry":{"type":"boolean"},"tags":{"type":"array"},"format":{"enum":["png",3]}}}}}}
      """
    let json = JSON(document: Array(description.utf8))
    #expect(try #require(InputSchema(of: "sheets", in: json)).value(of: name, text) == value)
    #expect(InputSchema(of: "scans", in: json) == nil)
  }
}
