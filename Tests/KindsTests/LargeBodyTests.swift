import Kinds
import StrictJSON
import Testing

/// A check that took time quadratic in these bodies would take hours.
@Suite("A large body", .timeLimit(.minutes(2)))
struct LargeBodyTests {
  private func violations(of body: JSON, under schema: InputSchema) -> InvalidBody {
    do throws(InvalidBody) {
      try schema.check(body)
      return InvalidBody()
    } catch {
      return error
    }
  }

  @Test("of unknown members has the first hundred as faults")
  func unknownMembers() throws {
    let body = JSON.object((0..<100_000).map { .init("m\($0)", .number("1")) })
    let found = try violations(of: body, under: schema(ofA: #"{"type":"string"}"#))
    #expect(found.violations.map(\.pointer.description) == (0..<100).map { "/m\($0)" })
    #expect(found.hasMore)
  }

  @Test("of a thousand known members in each object is accepted and put in order")
  func knownMembers() throws {
    let names = (0..<1000).map { "p\($0)" }
    let properties = names.map { #""\#($0)":{"type":"integer"}"# }.joined(separator: ",")
    let schema = try schema(ofA: #"{"type":"array","items":{"type":"object","properties":{\#(properties)}}}"#)
    let object = JSON.object(names.reversed().map { .init($0, .number("7")) })
    let body = JSON.object([.init("a", .array(Array(repeating: object, count: 100)))])
    #expect(violations(of: body, under: schema).isEmpty)
    let sorted = JSON.object(names.map { .init($0, .number("7")) })
    #expect(ordered(body, by: schema) == text(.object([.init("a", .array(Array(repeating: sorted, count: 100)))])))
  }

  @Test("of small objects is not checked once for each property of the schema")
  func smallObjects() throws {
    let properties = (0..<1000).map { #""p\#($0)":{"type":"integer"}"# }.joined(separator: ",")
    let schema = try schema(ofA: #"{"type":"array","items":{"type":"object","properties":{\#(properties)}}}"#)
    let body = JSON.object([.init("a", .array(Array(repeating: .object([]), count: 200_000)))])
    #expect(violations(of: body, under: schema).isEmpty)
    #expect(schema.fillingDefaults(body) == body)
  }

  @Test("of different items is known to have no item twice")
  func uniqueItems() throws {
    let schema = try schema(ofA: #"{"type":"array","uniqueItems":true}"#)
    func body(_ items: [JSON]) -> JSON { .object([.init("a", .array(items))]) }
    let numbers = (0..<100_000).map { JSON.number("\($0)") }
    #expect(violations(of: body(numbers), under: schema).isEmpty)
    #expect(
      violations(of: body(numbers + [.number("5.0")]), under: schema).violations.map(\.pointer.description) == [
        "/a/100000"
      ])
    let same = violations(of: body(Array(repeating: .null, count: 100_000)), under: schema)
    #expect(same.violations.count == 100 && same.hasMore)
  }

  @Test("that is one number is compared in time linear in its digits")
  func longNumber() throws {
    let schema = try schema(ofA: #"{"type":"integer","minimum":0,"maximum":1e999999999}"#)
    let digits = String(repeating: "9", count: 500_000)
    #expect(violations(of: .object([.init("a", .number(digits))]), under: schema).isEmpty)
    #expect(violations(of: .object([.init("a", .number("1e\(digits)"))]), under: schema).violations.count == 1)
    #expect(violations(of: .object([.init("a", .number("1e-\(digits)"))]), under: schema).violations.count == 1)
  }
}
