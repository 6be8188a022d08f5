import Jobs
import JobsSQLite
import Kinds
import Orders
import StrictJSON
import TestSupport
import Testing

@testable import JobsHTTP

@Suite("A service that is put together wrongly")
struct CompositionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let kinds: [Kind]
    let says: String

    init(_ name: String, _ kinds: [Kind], says: String) {
      (testDescription, self.kinds, self.says) = (name, kinds, says)
    }
  }

  static func scans(
    _ name: String = "scan", path: String = "scans", noun: String? = nil, resultType: String = "application/json",
    input: String = #"{"type":"object","required":["page"],"properties":{"page":{"type":"integer"}}}"#,
    result: String = #"{"type":"object"}"#, example: String? = #"{"page":1}"#
  ) -> Kind {
    Kind(
      name, path: path, noun: noun, input: input, example: example, resultType: resultType, result: result,
      work: NoWork())
  }

  static let cases = [
    Case("no kind", [], says: "there is no kind of work"),
    Case(
      "a slip in a schema", [scans(input: #"{"type":"object""#)],
      says: #"kind "scan": its input: "#),
    Case(
      "a word that is not in the subset", [scans(input: #"{"type":"object","patternProperties":{}}"#)],
      says: #"kind "scan": its input: /patternProperties"#),
    Case(
      "a property named like a member that every job has",
      [scans(input: #"{"type":"object","properties":{"status":{"type":"string"}}}"#)],
      says: #"kind "scan": its input: /properties/status"#),
    Case(
      "a result's schema that is no JSON", [scans(result: "{type:object}")],
      says: #"kind "scan": its result's schema: no JSON from byte 1 on"#),
    Case(
      "an example that is no JSON", [scans(example: "{'page':1}")],
      says: #"kind "scan": its example: no JSON from byte 1 on"#),
    Case(
      "an example that its own check refuses", [scans(example: #"{"pages":1}"#)],
      says: #"kind "scan": its example is refused by its own check: /pages This member is not known here."#),
    Case(
      "two kinds at one path", [.orders, scans(path: "orders")],
      says: #"kind "scan": its path "orders" is that of "order" too"#),
    Case(
      "two kinds of one name", [.orders, scans("order", noun: "scan")],
      says: #"kind "order": there are two of this name"#),
    Case(
      "two kinds of one noun", [.orders, scans(noun: "order")],
      says: #"kind "scan": its noun "order" is that of "order" too"#),
    Case("an empty path", [scans(path: "")], says: #"kind "scan": its path has to be one segment"#),
    Case("a path of two segments", [scans(path: "a/b")], says: #"kind "scan": its path has to be one segment"#),
    Case("a path with a blank", [scans(path: "a b")], says: #"kind "scan": its path has to be one segment"#),
    Case(
      "a path of the service's own", [scans(path: "healthz")],
      says: #"kind "scan": its path belongs to the service itself"#),
    Case(
      "a path of the page's", [scans(path: "page")], says: #"kind "scan": its path belongs to the service itself"#),
    Case(
      "a noun that the description of the API has", [scans(noun: "event")],
      says: #"kind "scan": its noun "event" has another meaning in the description of the API"#),
    Case("an empty name", [scans("", noun: "scan")], says: #"a kind of path "scans" has no name"#),
    Case(
      "a noun that makes no code", [scans("Scan of a page")],
      says: #"kind "Scan of a page": its noun "Scan of a page" has to be made of a-z, 0-9 and -"#),
    Case(
      "a result type that is none", [scans(resultType: "json")],
      says: #"kind "scan": its result type "json" is no media type"#),
    Case(
      "two nouns with one name in the description", [scans(), scans("other", path: "others", noun: "scan-")],
      says: "the description of the API has a member twice: "),
  ]

  @Test("is refused when it starts, in one line that says what is wrong and where", arguments: cases)
  func refused(_ example: Case) throws {
    let error = #expect(throws: CompositionError.self) {
      try Self.api(example.kinds)
    }
    let said = try #require(error?.description)
    #expect(said.hasPrefix(example.says), "\(said)")
    #expect(!said.contains("\n"))
  }

  @Test("is found before it starts", arguments: cases)
  func found(_ example: Case) {
    let error = #expect(throws: CompositionError.self) { try API.check(example.kinds) }
    #expect(error?.description.hasPrefix(example.says) == true)
  }

  @Test("is not one where all fits")
  func fits() throws {
    _ = try Self.api([.orders, Self.scans()])
    try API.check([.orders, Self.scans()])
  }

  @Test("has no path and no noun that belong to the service itself")
  func reserved() {
    for route in RouteTable(kinds: []).routes where route.template != "/" {
      #expect(API.reservedPaths.contains(String(route.template.dropFirst())))
    }
    let schemas = (try? JSONReader.read(Array("{\(OpenAPI.sharedSchemas), \(OpenAPI.messageSchema)}".utf8))) ?? .null
    let names = API.reservedNouns.map { OpenAPI.name(Self.scans(noun: $0)) }
    #expect(Set(names) == Set(schemas.names))
  }

  private static func api(_ kinds: [Kind]) throws -> API {
    let folder = try TemporaryFolder()
    let store = try SQLiteJobStore.open(path: folder.path + "/orders.sqlite")
    return try API(store: store, kinds: kinds, waits: NoWaits(), onFailure: { _, _ in })
  }
}

private struct NoWaits: JobWaiting {
  let isDraining = false

  func wait(for topic: JobTopic, past mark: Int64, until deadline: MonotonicTime) async -> WaitOutcome {
    .nothing(through: mark)
  }
}
