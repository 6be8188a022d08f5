import Multipart
import Testing

@Suite("A multipart boundary")
struct MultipartBoundaryTests {
  private func boundary(_ text: String) throws -> MultipartBoundary {
    try MultipartBoundary(contentType: "multipart/form-data; boundary=\"\(text)\"")
  }

  @Test(
    "is read from a Content-Type, quoted or not, among other parameters",
    arguments: [
      "multipart/form-data; boundary=a.b", "multipart/form-data; boundary=\"a.b\"", "multipart/form-data;boundary=a.b",
      "MULTIPART/FORM-DATA ; BOUNDARY=a.b ;", "multipart/form-data; charset=utf-8; boundary=a.b; x=\"; boundary=c\"",
      "multipart/form-data;; boundary=\"a.b\" \t", "multipart/form-data; boundary=a.b; charset=UTF-8",
    ])
  func spellings(contentType: String) throws {
    #expect(try MultipartBoundary(contentType: contentType) == boundary("a.b"))
  }

  @Test("may have blanks within its quotes, but not at its end")
  func blanks() throws {
    let body = "--a b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--a b--"
    #expect(try Reading(body, boundary: "\"a b\"").parts.map(\.text) == ["1"])
    #expect(throws: MultipartError.badBoundary) { try boundary("a ") }
  }

  @Test("without quotes may have what RFC 2046 wants quotes for: clients leave them away")
  func unquoted() throws {
    let text = "09azAZ'()+_,-./:=?"
    #expect(try MultipartBoundary(contentType: "multipart/form-data; boundary=\(text)") == boundary(text))
  }

  @Test("has 1 to 70 characters")
  func length() throws {
    _ = try boundary(String(repeating: "a", count: 70))
    for length in [0, 71, 1000] {
      #expect(throws: MultipartError.badBoundary) { try boundary(String(repeating: "a", count: length)) }
    }
  }

  @Test(
    "has no other characters than RFC 2046 allows",
    arguments: ["*", "a\tb", "é", "a\\b", "a;b", "<a>", "\0", "a\r\nb", "@", "[", "#", "%22"])
  func characters(text: String) {
    #expect(throws: MultipartError.badBoundary) { try boundary(text) }
  }

  @Test(
    "is told apart from none, from two and from what can't be read",
    arguments: [
      ("", MultipartError.noBoundary), ("multipart/form-data", .noBoundary),
      ("multipart/form-data; x=boundary", .noBoundary),
      ("multipart/form-data; boundary=a; boundary=a", .repeatedBoundary),
      ("multipart/form-data; boundary=a; Boundary=b", .repeatedBoundary),
      ("multipart/form-data; boundary", .badContentType),
      ("multipart/form-data; boundary=", .badContentType), ("multipart/form-data; boundary = a", .badContentType),
      ("multipart/form-data; boundary=\"a", .badContentType), ("multipart/form-data; boundary=a b", .badContentType),
      ("multipart/form-data; boundary=a\"b\"", .badContentType),
      ("multipart/form-data; boundary=\"a\"b", .badContentType),
    ])
  func errors(contentType: String, error: MultipartError) {
    #expect(throws: error) { try MultipartBoundary(contentType: contentType) }
  }
}
