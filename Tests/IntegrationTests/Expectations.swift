import Foundation
import TestSupport
import Testing

/// Expects a problem document (RFC 9457) with these values, and nothing of HTML.
func expectProblem(
  _ answer: HTTPClient.Answer, _ status: Int, _ code: String? = nil, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  let told = Comment(rawValue: "\(what): \(answer.status) \(answer.text.prefix(300))")
  #expect(answer.status == status, told, sourceLocation: location)
  #expect(answer["content-type"] == "application/problem+json", told, sourceLocation: location)
  #expect(answer["cache-control"] == "no-store", told, sourceLocation: location)
  let document = answer.json
  #expect(document["status"] as? Int == status, told, sourceLocation: location)
  for member in ["type", "title", "detail", "code"] {
    #expect((document[member] as? String)?.isEmpty == false, told, sourceLocation: location)
  }
  if let code { #expect(document["code"] as? String == code, told, sourceLocation: location) }
}

extension HTTPClient {
  /// A POST with exactly these header lines, a Content-Length and these bytes.
  func post(_ bytes: [UInt8], to target: String = "/orders", lines: [String] = ["Content-Type: application/json"])
    throws -> Answer
  {
    let head = ["POST \(target) HTTP/1.1", "Host: orders", "Content-Length: \(bytes.count)"] + lines
    try write(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes)
    return try read()
  }

  /// Sends text as it is and reads one answer.
  func exchange(_ text: String) throws -> Answer {
    try write(Array(text.utf8))
    return try read()
  }

  /// The highest id there is; 0 where there are no orders.
  func newest() throws -> Int {
    try send("GET", "/orders?order=desc&limit=1").ids.first ?? 0
  }

  /// Submits an order that takes this many products and three units more.
  func submit(products: Int) throws -> Int {
    try submit(#"{"products":[\#(repeatElement(#""a""#, count: products).joined(separator: ","))],"amount":1}"#)
  }

  func progress(_ id: Int) throws -> Int? {
    (try send("GET", "/orders/\(id)/status").json["progress"] as? [String: Any])?["percent"] as? Int
  }
}

extension HTTPClient.Answer {
  /// The ids of a page, as they stand there.
  var ids: [Int] { (json["orders"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int } }

  var code: String? { json["code"] as? String }

  var pointers: [String] {
    (json["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
  }
}

/// How long `body` took, in seconds.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}
