import Jobs
import JobsSQLite
import StrictJSON
import TestSupport
import Testing

@testable import Orders

@Suite("A service that is put together wrongly")
struct CompositionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let collections: [Orders.Collection]
    var kinds: Set<JobKind>?
    let says: String

    init(_ name: String, _ collections: [Orders.Collection], kinds: Set<JobKind>? = nil, says: String) {
      (testDescription, self.collections, self.kinds, self.says) = (name, collections, kinds, says)
    }
  }

  static func scans(
    path: String = "scans", kind: String = "scan", noun: String? = nil, resultType: String = "application/json",
    properties: String = #"{"page":{"type":"integer"}}"#, required: [String] = ["page"],
    result: String = #"{"type":"object"}"#, example: String? = #"{"page":1}"#
  ) -> Orders.Collection {
    Orders.Collection(
      path: path, kind: JobKind(rawValue: kind), noun: noun, resultType: resultType,
      schema: BodySchema(properties: properties, required: required, result: result), example: example
    ) { body throws(InvalidBody) in
      var shape = BodyShape(body, members: ["page"])
      let page = shape.required("page")
      try shape.check()
      return JSON.members(["page": page ?? .null])
    }
  }

  static let cases = [
    Case(
      "a collection without its workload", [.orders, scans()], kinds: [OrderWork.kind],
      says: #"collection "scans": no workload has its kind "scan": nobody would work on what it accepts"#),
    Case(
      "a workload without its collection", [.orders], kinds: [OrderWork.kind, JobKind(rawValue: "scan")],
      says: #"no collection has the kind "scan" of a workload: nobody could ask for its work"#),
    Case(
      "a slip in a schema", [scans(properties: #"{"page":{"type":"integer"}"#)],
      says: #"collection "scans": its schema's properties: no JSON from byte 26 on (The document ends too early)"#),
    Case(
      "a schema that closes more than it opened", [scans(properties: #"{"page":{}}, "x": {"a":{}}"#)],
      says: #"collection "scans": its schema's properties: no JSON from byte 11 on"#),
    Case(
      "properties that are a list", [scans(properties: #"["page"]"#)],
      says: #"collection "scans": its schema's properties: no JSON object"#),
    Case(
      "a result's schema that is no JSON", [scans(result: "{type:object}")],
      says: #"collection "scans": its schema's result: no JSON from byte 1 on"#),
    Case(
      "a property that is required and not described", [scans(required: ["page", "file"])],
      says: #"collection "scans": its schema requires "file", which is none of its properties"#),
    Case(
      "a property described twice", [scans(properties: #"{"page":{}, "page":{}}"#)],
      says: "the description of the API has a member twice: "),
    Case(
      "an example that is no JSON", [scans(example: "{'page':1}")],
      says: #"collection "scans": its example: no JSON from byte 1 on"#),
    Case(
      "an example that its own check refuses", [scans(example: #"{"pages":1}"#)],
      says: #"collection "scans": its example is refused by its own check: /pages This member is not known here."#),
    Case(
      "two collections at one path", [.orders, scans(path: "orders")],
      says: #"collection "orders": there are two of this path"#),
    Case(
      "two collections of one kind", [.orders, scans(kind: "order", noun: "scan")],
      says: #"collection "scans": its kind "order" is that of "orders" too"#),
    Case(
      "two collections of one noun", [.orders, scans(noun: "order")],
      says: #"collection "scans": its noun "order" is that of "orders" too"#),
    Case("an empty path", [scans(path: "")], says: #"collection "": its path has to be one segment"#),
    Case("a path of two segments", [scans(path: "a/b")], says: #"collection "a/b": its path has to be one segment"#),
    Case("a path with a blank", [scans(path: "a b")], says: #"collection "a b": its path has to be one segment"#),
    Case(
      "a path of the service's own", [scans(path: "healthz")],
      says: #"collection "healthz": its path belongs to the service itself"#),
    Case("an empty kind", [scans(kind: "", noun: "scan")], says: #"collection "scans": its kind is empty"#),
    Case(
      "a noun that makes no code", [scans(kind: "Scan of a page")],
      says: #"collection "scans": its noun "Scan of a page" has to be made of a-z, 0-9 and -"#),
    Case(
      "a result type that is none", [scans(resultType: "json")],
      says: #"collection "scans": its result type "json" is no media type"#),
    Case(
      "two nouns with one name in the description", [scans(), scans(path: "others", kind: "other", noun: "scan-")],
      says: "the description of the API has a member twice: "),
  ]

  @Test("is refused when it starts, in one line that says what is wrong and where", arguments: cases)
  func refused(_ example: Case) throws {
    let error = #expect(throws: CompositionError.self) {
      try Self.api(example.collections, kinds: example.kinds ?? Set(example.collections.map(\.kind)))
    }
    let said = try #require(error?.description)
    #expect(said.hasPrefix(example.says), "\(said)")
    #expect(!said.contains("\n"))
  }

  @Test("is not one where all fits")
  func fits() throws {
    _ = try Self.api([.orders, Self.scans()], kinds: [OrderWork.kind, JobKind(rawValue: "scan")])
  }

  private static func api(_ collections: [Orders.Collection], kinds: Set<JobKind>) throws -> API {
    let folder = try TemporaryFolder()
    let store = try SQLiteJobStore.open(path: folder.path + "/orders.sqlite")
    return try API(store: store, collections: collections, kinds: kinds, waits: NoWaits(), onFailure: { _, _ in })
  }
}

private struct NoWaits: JobWaiting {
  let isDraining = false

  func wait(for topic: JobTopic, past mark: Int64, until deadline: MonotonicTime) async -> WaitOutcome {
    .nothing(through: mark)
  }
}
