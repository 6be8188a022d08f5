import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  /// Bodies of a megabyte that once made an answer of a gigabyte.
  @Suite("a body with very many faults")
  struct HugeBodyTests {
    private static let repeated = repeatElement(#""a":1"#, count: 1002).joined(separator: ",")

    private func check(
      _ body: String, isCut: Bool = true, pointer: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let answer = try await OrderService().post(body)
      #expect(answer.status == 422, sourceLocation: sourceLocation)
      #expect(answer.code == "invalid-order", sourceLocation: sourceLocation)
      #expect(answer.bytes.count < 64 << 10, sourceLocation: sourceLocation)
      let detail = isCut ? "More than 100 values" : "3 values"
      #expect(answer.body["detail"]?.text?.hasPrefix(detail) == true, sourceLocation: sourceLocation)
      let pointers = answer.body["errors"]?.elements.compactMap { $0["pointer"]?.text } ?? []
      #expect(pointers.count == (isCut ? 100 : 3), sourceLocation: sourceLocation)
      #expect(pointers.contains(pointer), sourceLocation: sourceLocation)
    }

    @Test("around a name of a megabyte is answered in a few kilobytes")
    func longName() async throws {
      let name = String(repeating: "x", count: 1_030_000)
      try await check(
        #"{"\#(name)":{\#(Self.repeated)}}"#, pointer: "/" + String(repeating: "x", count: 254) + "…")
    }

    @Test("31 levels deep is answered in a few kilobytes")
    func deep() async throws {
      let repeated = repeatElement(#""a":1"#, count: 200_000).joined(separator: ",")
      let body = String(repeating: #"{"":"#, count: 31) + "{\(repeated)}" + String(repeating: "}", count: 31)
      try await check(body, pointer: String(repeating: "/", count: 32) + "a")
    }

    @Test("in one name of a megabyte of ~ is answered in a few kilobytes")
    func tildes() async throws {
      try await check(
        #"{"\#(String(repeating: "~", count: 1_048_000))":1}"#, isCut: false,
        pointer: "/" + String(repeating: "~0", count: 127) + "…")
    }

    @Test("that would take much more memory than its bytes is refused without being read")
    func values() async throws {
      let zeros = repeatElement("[0]", count: 500_000).joined(separator: ",")
      let answer = try await OrderService().post(#"{"products":[\#(zeros)],"amount":1}"#)
      #expect(answer.status == 422 && answer.code == "invalid-order")
      #expect(answer.body["errors"]?.elements.first?["pointer"]?.text == "")
    }
  }
}
