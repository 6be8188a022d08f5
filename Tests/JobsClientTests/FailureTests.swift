import Testing

@testable import HTTPClient
@testable import JobsClient

@Suite("An answer that was not hoped for")
struct FailureTests {
  private let address: ServiceAddress

  init() throws {
    address = try ServiceAddress(argument: "https://shop.example", environment: [:])
  }

  private func failure(_ status: Int, _ code: String, more: String = "", fields: [String: String] = [:])
    -> ClientFailure
  {
    let body =
      #"{"type":"urn:orders:problem:\#(code)","title":"T","status":\#(status),"detail":"D.","code":"\#(code)"\#(more)}"#
    let fields = fields.merging(["content-type": "application/problem+json"]) { $1 }
    return .of(Answer(status: status, fields: fields, body: Array(body.utf8)), at: address)
  }

  @Test(
    "has an exit status of its own kind",
    arguments: [
      (400, "malformed-json", ClientExit.refused), (413, "body-too-large", .refused),
      (415, "unsupported-media-type", .refused),
      (422, "invalid-order", .refused), (422, "idempotency-key-reused", .refused), (401, "unauthorized", .forbidden),
      (403, "forbidden", .forbidden), (404, "not-found", .notFound), (410, "order-expired", .notFound),
      (409, "order-failed", .failed), (409, "order-cancelled", .cancelled),
      (409, "order-already-finished", .alreadyFinished),
      (409, "order-not-finished", .notFinished), (429, "too-many-requests", .busy), (503, "busy", .busy),
      (503, "store-unavailable", .busy), (502, "service-unavailable", .away), (504, "gateway-timeout", .away),
      (500, "internal-error", .other),
    ])
  func statuses(_ status: Int, _ code: String, _ exit: ClientExit) {
    let failure = failure(status, code)
    #expect(failure.status == exit)
    #expect(failure.document != nil)
    #expect(!failure.description.contains("\n"))
  }

  @Test("says what the service found, when to come back, and what to look at")
  func advice() {
    let faults = #","errors":[{"pointer":"/amount","detail":"This must not be negative."}]"#
    #expect(failure(422, "invalid-order", more: faults).description == "D. /amount This must not be negative.")
    #expect(failure(503, "busy", fields: ["retry-after": "7"]).description == "D. Try again in 7 s")
    #expect(failure(502, "service-unavailable").description.contains("deploy/up"))
    #expect(failure(401, "unauthorized").description.contains("set ORDERS_USER"))
    let error = #","error":{"code":"worker-lost","detail":"Twice."}"#
    #expect(failure(409, "order-failed", more: error).description == "D. worker-lost: Twice.")
    let named = #","error":{"code":"unknown-product","detail":"No tea.","pointer":"/products/0"}"#
    #expect(failure(409, "order-failed", more: named).description == "D. unknown-product at /products/0: No tea.")
    #expect(
      failure(500, "internal-error", more: #","instance":"urn:request:1"# + "\"").description.contains("urn:request:1"))
  }

  @Test("of something else is told apart, whatever it says")
  func foreign() {
    let html = Answer(status: 404, fields: ["content-type": "text/html; charset=x"], body: Array("<html>".utf8))
    #expect(ClientFailure.of(html, at: address).status == .foreign)
    #expect(ClientFailure.of(html, at: address).description.contains("not as a job service (404, text/html)"))
    let other = Answer(
      status: 404, fields: ["content-type": "application/problem+json"], body: Array(#"{"type":"about:blank"}"#.utf8))
    #expect(ClientFailure.of(other, at: address).status == .foreign)
    #expect(ClientFailure.of(Answer(status: 502, fields: ["content-type": "text/html"]), at: address).status == .away)
  }

  @Test("can't act on a terminal")
  func hostile() {
    let failure = failure(422, "invalid-order", more: #","errors":[{"pointer":"/\u001b[2J","detail":"\u009b31m"}]"#)
    #expect(!failure.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test("may have been taken only where no answer came from the service itself")
  func lost() {
    #expect(failure(502, "service-unavailable").mayBeTaken)
    #expect(!failure(503, "busy").mayBeTaken)
    #expect(!failure(422, "invalid-order").mayBeTaken)
  }

  @Test(
    "that never came says what to look at, and whether the request may have been taken",
    arguments: [
      (TransferError.Code.unreachable, ClientExit.away, "nothing answers at https://shop.example", false),
      (.unresolved, .away, "no such host", false), (.insecure, .away, "no secure connection (cause)", false),
      (.timedOut, .away, "does not answer within 30 s", true),
      (.brokenOff, .away, "the connection broke (cause)", true),
      (.other, .away, "the connection broke (cause)", true), (.notHTTP, .foreign, "not as a job service", false),
      (.tooLong, .foreign, "sends more than a job service would", false),
      (.badRequest, .wrongUse, "can't be asked: cause", false), (.cancelled, .other, "interrupted", false),
    ])
  func network(_ code: TransferError.Code, _ exit: ClientExit, _ words: String, _ mayBeTaken: Bool) {
    let failure = ClientFailure.of(TransferError(code, "cause"), at: address, after: .seconds(30))
    #expect(failure.status == exit)
    #expect(failure.description.contains(words), "\(failure)")
    #expect(failure.mayBeTaken == mayBeTaken)
    let hostile = ClientFailure.of(TransferError(code, "\u{1B}[2J"), at: address, after: .seconds(30))
    #expect(!hostile.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test("has the values of a repeated field behind one another")
  func repeated() {
    var head = ResponseHead(status: 200)
    head.fields = [("link", "a"), ("x", "b"), ("link", "c")]
    #expect(Answer(head).fields == ["link": "a, c", "x": "b"])
  }
}
