import FastCGI
import HTTPTypes
import Testing

@testable import JobsHTTP

@Suite("A traceparent")
struct TraceParentTests {
  static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test("of the first version, or of a later one that begins like it, is taken")
  func taken() throws {
    #expect(TraceParent(Self.good)?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    // What is behind the flags reaches no log.
    #expect(TraceParent("01" + Self.good.dropFirst(2) + "-x error=none")?.text == "01" + Self.good.dropFirst(2))
    #expect(TraceParent("cc" + Self.good.dropFirst(2)) != nil)
    let field = try #require(HTTPField.Name("Traceparent"))
    let request = Request(method: .get, target: "/", headerFields: [field: Self.good])
    #expect(TraceParent(of: request)?.text == Self.good)
    #expect(TraceParent(of: Request(method: .get, target: "/")) == nil)
  }

  @Test(
    "that is not as the standard says is not there",
    arguments: [
      "", "00", good.uppercased(), "ff" + good.dropFirst(2), "0g" + good.dropFirst(2), good + "-more", good + "x",
      "01" + good.dropFirst(2) + "x", String(good.dropLast()), " " + good,
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", good + ", " + good,
      "00-4bf92f3577b34da6a3ce929d0e0e473ü-00f067aa0ba902b7-01",
    ])
  func refused(text: String) {
    #expect(TraceParent(text) == nil)
  }
}
