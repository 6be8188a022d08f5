import FastCGI
import HTTPTypes
import Jobs
import Testing

@testable import Orders

@Suite("A problem")
struct ProblemTests {
  private func text(_ problem: Problem, requestID: String? = nil) -> String {
    let response = problem.response(requestID: requestID)
    guard case .bytes(let bytes) = response.body else { return "" }
    #expect(response.headerFields[.contentType] == "application/problem+json")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("is an RFC 9457 document with a code")
  func document() {
    #expect(
      text(.notFound, requestID: "abc") == #"{"type":"urn:orders:problem:not-found","title":"Not found","status":404,"#
        + #""detail":"There is nothing at this address.","code":"not-found","instance":"urn:request:abc"}"#)
  }

  @Test("lists every violation with its pointer")
  func violations() {
    let error = InvalidBody([
      .init(JSONPointer.root.appending("products").appending(0), "Not \"so\"."), .init(.root, "No."),
    ])
    #expect(
      text(.invalidBody(error, noun: "order")).hasSuffix(
        #","code":"invalid-order","errors":[{"pointer":"/products/0","detail":"Not \"so\"."},{"pointer":"","detail":"No."}]}"#
      ))
  }

  @Test("of a failed job carries the job's own error")
  func failure() throws {
    let problem = Problem.failed("order", JobFailure(code: "out-of-stock", detail: "Nothing left."))
    let body = try JSONReader.read(Array(text(problem).utf8))
    #expect(body["code"] == .string("order-failed"))
    #expect(body["error"]?["code"] == .string("out-of-stock"))
    #expect(body["error"]?["detail"] == .string("Nothing left."))
    #expect(body["error"]?["type"] == .string("urn:orders:problem:out-of-stock"))
  }

  @Test("names the parameter that is wrong")
  func parameter() throws {
    #expect(try JSONReader.read(Array(text(.badParameter("limit", "No.")).utf8))["parameter"] == .string("limit"))
  }
}
