import Testing

@testable import FastCGI

@Suite("looking at a request before libfcgi reads it")
struct RequestExaminationTests {
  typealias Bytes = RecordBytes

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    var endPadding = 0

    init(_ name: String, _ bytes: [UInt8], endPadding: Int = 0) {
      (testDescription, self.bytes, self.endPadding) = (name, bytes, endPadding)
    }
  }

  static func examine(_ bytes: some Sequence<UInt8>) -> RequestExamination {
    Array(bytes).withUnsafeBytes { RequestExamination.examine($0) }
  }

  static let pairs = Bytes.pair("REQUEST_METHOD", "GET") + Bytes.pair("LONG", String(repeating: "v", count: 300))

  static let whole = [
    Case("no parameters, no body", Bytes.begin() + Bytes.stream(4, []) + Bytes.stream(5, [])),
    Case("as nginx sends it", Bytes.request("GET", "/orders", more: [("HTTP_HOST", "example.org")])),
    Case("a body", Bytes.request("POST", "/orders", body: Array("{\"items\":[]}".utf8))),
    Case(
      "padded records", Bytes.begin() + Bytes.stream(4, pairs, padding: 5) + Bytes.stream(5, [1, 2, 3], padding: 255)),
    Case("a padded end", Bytes.begin() + Bytes.stream(4, pairs) + Bytes.stream(5, [1], endPadding: 9), endPadding: 9),
    Case(
      "lengths cut by record borders", Bytes.begin() + Bytes.stream(4, pairs, most: 1) + Bytes.stream(5, [7], most: 1)),
    Case("records of three bytes", Bytes.begin() + Bytes.stream(4, pairs, most: 3) + Bytes.stream(5, [])),
    Case("an empty name and value", Bytes.begin() + Bytes.stream(4, [0, 0, 0, 0]) + Bytes.stream(5, [])),
    Case(
      "four-byte lengths of short names",
      Bytes.begin() + Bytes.stream(4, [0x80, 0, 0, 1, 0x80, 0, 0, 0, 0x41]) + Bytes.stream(5, [])),
    Case("the highest request id", Bytes.begin(id: 65_535) + Bytes.record(4, id: 65_535) + Bytes.record(5, id: 65_535)),
  ]

  @Test("is complete with its last byte, and every part of it is a beginning", arguments: whole)
  func everyPrefix(_ example: Case) {
    #expect(Self.examine(example.bytes) == .complete(trailingPadding: example.endPadding))
    var hasParameters = false
    for count in 0..<example.bytes.count {
      switch Self.examine(example.bytes.prefix(count)) {
      case .incomplete: #expect(!hasParameters, "goes back after \(count) bytes")
      case .parametersComplete: hasParameters = true
      case let other: Issue.record("\(other) after \(count) bytes")
      }
    }
    #expect(hasParameters)
  }

  @Test("is the same when its bytes come one by one", arguments: whole)
  func byteByByte(_ example: Case) {
    var scan = RequestScan()
    var body = 0
    for (index, byte) in example.bytes.enumerated() {
      let found = withUnsafeBytes(of: byte) { scan.take($0) { body += $0.count } }
      #expect(found == Self.examine(example.bytes.prefix(index + 1)), "after \(index + 1) bytes")
    }
    #expect(scan.length == example.bytes.count)
    var atOnce = RequestScan()
    var bodyAtOnce = 0
    _ = example.bytes.withUnsafeBytes { atOnce.take($0) { bodyAtOnce += $0.count } }
    #expect(scan.headLength == atOnce.headLength && body == bodyAtOnce)
    // What follows is left to the next request.
    var followed = RequestScan()
    _ = (example.bytes + Bytes.request()).withUnsafeBytes { followed.take($0) }
    #expect(followed.length == example.bytes.count)
  }

  @Test("what follows a request doesn't count")
  func trailing() {
    #expect(Self.examine(Bytes.request() + Bytes.request()) == .complete(trailingPadding: 0))
    #expect(Self.examine(Bytes.request() + [0xff]) == .complete(trailingPadding: 0))
  }

  static let broken = [
    Case("HTTP", Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
    Case("TLS", [0x16, 3, 1, 0, 200]),
    Case("zeros", [UInt8](repeating: 0, count: 64)),
    Case("version 2", Bytes.record(1, [0, 1, 0, 0, 0, 0, 0, 0], version: 2)),
    Case("version 2 later", Bytes.begin() + Bytes.record(4, version: 2)),
    Case("role 2, an authorizer", Bytes.begin(role: 2)),
    Case("role 3, a filter", Bytes.begin(role: 3)),
    Case("role 257", Bytes.begin(role: 257)),
    Case("id 0", Bytes.begin(id: 0)),
    Case("a BEGIN_REQUEST of 7 bytes", Bytes.record(1, [0, 1, 0, 0, 0, 0, 0])),
    Case("a BEGIN_REQUEST of 9 bytes", Bytes.record(1, [0, 1, 0, 0, 0, 0, 0, 0, 0])),
    Case("a padded BEGIN_REQUEST", Bytes.record(1, [0, 1, 0, 0, 0, 0, 0, 0], padding: 8) + Bytes.stream(4, pairs)),
    Case("a padded end of the parameters", Bytes.begin() + Bytes.stream(4, pairs, endPadding: 8) + Bytes.stream(5, [])),
    Case("GET_VALUES", Bytes.getValues),
    Case("parameters first", Bytes.record(4, pairs)),
    Case("a second BEGIN_REQUEST", Bytes.begin() + Bytes.begin()),
    Case("a second BEGIN_REQUEST of another id", Bytes.begin() + Bytes.begin(id: 2)),
    Case("a BEGIN_REQUEST within the body", Bytes.head() + Bytes.begin()),
    Case("ABORT_REQUEST first", Bytes.abort()),
    Case("ABORT_REQUEST among the parameters", Bytes.begin() + Bytes.record(4, [3]) + Bytes.abort()),
    Case("ABORT_REQUEST within the body", Bytes.head() + Bytes.record(5, [1]) + Bytes.abort()),
    Case("a body without end of the parameters", Bytes.begin() + Bytes.record(4, pairs) + Bytes.record(5)),
    Case("parameters of another id", Bytes.begin() + Bytes.record(4, pairs, id: 2)),
    Case("a body of another id", Bytes.head() + Bytes.record(5, [1], id: 2)),
    Case("a name length of 0x40000000", Bytes.begin() + Bytes.record(4, [0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    Case("a value length of 0x7fffffff", Bytes.begin() + Bytes.record(4, [1, 0xff, 0xff, 0xff, 0xff, 0x41])),
    Case("a length over the border", Bytes.begin() + Bytes.record(4, [0xc0, 0]) + Bytes.record(4, [0, 0])),
    Case("a value beyond the end", Bytes.begin() + Bytes.stream(4, [1, 2, 0x41, 0x42])),
    Case("a name without value length at the end", Bytes.begin() + Bytes.stream(4, [1])),
    Case("half a length at the end", Bytes.begin() + Bytes.stream(4, [0x80, 0])),
    Case("a data record", Bytes.head() + Bytes.record(8, [1])),
  ]

  @Test("is refused once it can't be a request, and never before taken for a whole one", arguments: broken)
  func invalid(_ example: Case) {
    guard case .invalid = Self.examine(example.bytes) else {
      Issue.record("\(Self.examine(example.bytes))")
      return
    }
    for count in 0..<example.bytes.count {
      if case .complete = Self.examine(example.bytes.prefix(count)) { Issue.record("complete after \(count) bytes") }
    }
  }

  @Test("a name length of 0x40000000 is refused before its name comes")
  func hole() {
    let bytes = Bytes.begin() + Bytes.record(4, [0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(bytes.count == 36)
    #expect(Self.examine(bytes.prefix(28)) == .invalid("a parameter of impossible length"))
  }

  @Test("the text of a web browser is refused at its first byte")
  func firstByte() {
    #expect(Self.examine([0x47]) == .invalid("record version 71"))
  }
}
