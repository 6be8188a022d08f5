import HTTPTypes
import Jobs
import Kinds
import Orders
import SecondKind
import StrictJSON
import Testing

@testable import JobsHTTP

@Suite("The description of the API")
struct OpenAPITests {
  private static let kinds = [Kind.orders, .digests]
  private let document: JSON
  private let table = RouteTable(kinds: OpenAPITests.kinds)

  init() throws {
    document = try JSONReader.read(OpenAPI(kinds: Self.kinds, configuration: .init()).bytes)
  }

  private func members(_ value: JSON?) -> [JSON.Member] {
    guard case .object(let members)? = value else { return [] }
    return members
  }

  /// `GET /orders/{id}` of everything described.
  private var described: Set<String> {
    Set(
      members(document["paths"]).flatMap { path in
        members(path.value).filter { $0.name != "parameters" }.map { "\($0.name.uppercased()) \(path.name)" }
      })
  }

  @Test("describes every route, and nothing that is not there")
  func routes() {
    let routes = table.routes.flatMap { route in
      route.operations.map { "\($0.method.rawValue) \(route.template)" }
    }
    #expect(Set(routes) == described)
    #expect(described.count == 4 + 2 * 8)
  }

  @Test("refers to nothing that is missing, and names every operation once")
  func references() {
    var (missing, operations): ([String], [String]) = ([], [])
    func visit(_ value: JSON) {
      switch value {
      case .object(let members):
        for member in members {
          if member.name == "$ref", let reference = member.value.text {
            let path = reference.dropFirst(2).split(separator: "/").map(String.init)
            if path.reduce(document as JSON?, { $0?[$1] }) == nil { missing.append(reference) }
          }
          if member.name == "operationId", let id = member.value.text { operations.append(id) }
          visit(member.value)
        }
      case .array(let elements): elements.forEach(visit)
      default: break
      }
    }
    visit(document)
    #expect(missing == [])
    // Each operation's own id, and the five links of each of the two answers to a POST.
    #expect(Set(operations).count == 20 && operations.count == 20 + 2 * 2 * 5)
    #expect(document.repeatedMembers(atMost: 1).pointers.isEmpty)
  }

  @Test("has the codes that every operation of a collection can answer with")
  func codes() {
    let expected: [String: Set<String>] = [
      "GET /orders": ["200", "304", "400", "406", "412", "503"],
      "POST /orders": ["201", "202", "400", "406", "412", "413", "415", "422", "429", "503"],
      "GET /orders/{id}": ["200", "304", "404", "406", "410", "412", "503"],
      "GET /orders/{id}/status": ["200", "304", "404", "406", "410", "412", "429", "503"],
      "DELETE /orders/{id}/cancel": ["204", "404", "406", "409", "410", "412", "503"],
      "GET /orders/{id}/result": ["200", "304", "404", "406", "409", "410", "412", "429", "503"],
      "GET /orders/{id}/events": ["200", "204", "404", "406", "410", "412", "429", "503"],
      "GET /orders/events": ["200", "400", "406", "412", "429", "503"],
    ]
    for (operation, codes) in expected {
      let parts = operation.split(separator: " ")
      let responses = document["paths"]?[String(parts[1])]?[parts[0].lowercased()]?["responses"]
      #expect(Set(members(responses).map(\.name)) == codes.union(["default"]), "\(operation)")
    }
  }

  @Test("gives a stream of events no schema, which generated clients would parse it by, and one event's beside it")
  func streams() {
    for path in ["/orders/events", "/orders/{id}/events", "/reports/events", "/reports/{id}/events"] {
      let content = document["paths"]?[path]?["get"]?["responses"]?["200"]?["content"]
      #expect(members(content).map(\.name) == ["text/event-stream"])
      let stream = content?["text/event-stream"]
      #expect(members(stream).map(\.name) == ["x-itemSchema"], "\(path)")
      #expect(stream?["x-itemSchema"]?["$ref"]?.text == "#/components/schemas/Event", "\(path)")
    }
  }

  @Test("has the types, the number and the sizes of files, of which a client can tell before it sends them")
  func files() throws {
    let document = try JSONReader.read(OpenAPI(kinds: [.sheets, .notes], configuration: .init()).bytes)
    let form = document["paths"]?["/sheets"]?["post"]?["requestBody"]?["content"]?["multipart/form-data"]
    #expect(form?["encoding"]?["photos"]?["contentType"]?.text == "image/jpeg, image/png")
    let photos = form?["schema"]?["properties"]?["photos"]
    #expect(photos?["minItems"] == .number("1") && photos?["maxItems"] == .number("3"))
    #expect(photos?["items"]?["minLength"] == .number("1") && photos?["items"]?["maxLength"] == .number("1000"))
    #expect(photos?["x-maxTotalLength"] == .number("2500"))
    let any = document["paths"]?["/notes"]?["post"]?["requestBody"]?["content"]?["multipart/form-data"]
    #expect(members(any?["encoding"]).map(\.name) == ["input"])
  }

  @Test("is served as JSON with a tag of its own")
  func served() async throws {
    let service = try OrderService()
    let answer = await service.get("/openapi.json")
    #expect(answer.status == 200 && answer.fields[.contentType] == "application/json")
    #expect(answer.body["openapi"]?.text == "3.1.0")
    let tag = try #require(answer.fields[.eTag])
    #expect(await service.get("/openapi.json", [.ifNoneMatch: tag]).status == 304)
  }
}
