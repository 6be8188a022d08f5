import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON
import Testing

@testable import JobsHTTP

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

  @Test("repeats at most 256 characters of a request, with a … where it was cut")
  func quotes() throws {
    let long = String(repeating: "é", count: 300)
    let cut = String(repeating: "é", count: 255) + "…"
    #expect(text(.methodNotAllowed(.get, allow: "GET"), requestID: long).hasSuffix("urn:request:\(cut)\"}"))
    let method = try #require(HTTPRequest.Method(String(repeating: "A", count: 257)))
    #expect(text(.methodNotAllowed(method, allow: "GET")).contains(#":"\#(String(repeating: "A", count: 255))… is "#))
    #expect(text(.badParameter(long, "No.")).contains(#""parameter":"\#(cut)""#))
    #expect(String(repeating: "é", count: 256).quoted == String(repeating: "é", count: 256))
    #expect(String(repeating: "e\u{301}", count: 200).quoted.unicodeScalars.count == 256)
  }

  @Test("is under 64 KiB even where every quote is of characters that take six bytes")
  func controls() throws {
    let pointer = JSONPointer.root.appending(String(repeating: "\u{1}", count: 1000))
    let error = InvalidBody((0..<5000).map { _ in .init(pointer, String(repeating: "\u{2}", count: 1000)) })
    let document = text(.invalidBody(error, noun: "order"))
    #expect(document.utf8.count < 64 << 10)
    let body = try JSONReader.read(Array(document.utf8))
    guard case .array(let errors)? = body["errors"], case .string(let detail)? = body["detail"] else {
      Issue.record("no errors")
      return
    }
    #expect(
      detail == "More than 100 values in the body are invalid. The first \(errors.count) are listed.")
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
