import Multipart
import Testing

@Suite("A multipart body in pieces")
struct SplitTests {
  private static let bodies = [
    "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\r\n--\r\n-\r\r\n--y\r\n--x--\r\nepilogue",
    "preamble\r\n--\r\n--x \t\r\nContent-Disposition: form-data; name=a\r\n\r\n--x\r\ncontent-disposition:form-data; name=b"
      + "\r\nContent-Type: text/plain\r\n\r\n\r\n\r\n--x-- ",
    "\r\r\n--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--\r\n\r\n--x--",
    "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xx--",
    "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data\r\n\r\n2\r\n--x--",
    "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\nA: b\n\r\n2\r\n--x--", "--x--\r\n", "--x-", "",
    "a\r\n\r\nb\r\n-\r\n--x--", "a\r\n\r\nb\n--x--", "a\r\n\n--x--", "\r\r\n-\n\r\n--x--",
  ]

  @Test("says the same wherever it is cut", arguments: bodies)
  func oneCut(body: String) throws {
    let whole = try Reading(body)
    for length in 1...max(1, body.utf8.count) {
      #expect(try Reading(body, pieces: [length, .max]) == whole)
    }
  }

  @Test("says the same wherever it is cut twice", arguments: bodies)
  func twoCuts(body: String) throws {
    let whole = try Reading(body)
    for first in 1...max(1, body.utf8.count) {
      for second in 1...12 {
        #expect(try Reading(body, pieces: [first, second, .max]) == whole)
      }
    }
  }

  @Test("says the same in equal pieces of any length", arguments: bodies)
  func equalPieces(body: String) throws {
    let whole = try Reading(body)
    for length in 1...max(1, body.utf8.count) {
      #expect(try Reading(body, pieces: [length]) == whole)
    }
  }

  @Test("says the same wherever it is cut short", arguments: bodies)
  func beginnings(body: String) throws {
    for length in 0...body.utf8.count {
      let beginning = Array(body.utf8.prefix(length))
      let whole = try Reading(beginning)
      for pieces in [[1], [2], [3], [7, 3]] { #expect(try Reading(beginning, pieces: pieces) == whole) }
    }
  }

  @Test("may have empty pieces")
  func emptyPieces() throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=x"))
    var events: [MultipartEvent] = []
    for piece in ["", "--x-", "", "-"].map({ Array($0.utf8) }) {
      while let event = try parser.next(in: piece.span) { events.append(event) }
    }
    try parser.finish()
    #expect(events == [.bodyEnds])
  }
}
