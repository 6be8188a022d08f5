import Multipart
import Testing

@Suite("The multipart parser")
struct MultipartParserTests {
  private static let head = "Content-Disposition: form-data; name=a\r\n\r\n"
  private static let begin = "--x\r\n" + head

  private func contents(_ body: String) throws -> [String] {
    let reading = try Reading(body)
    #expect(reading.error == nil && reading.isEnded && reading.parts.allSatisfy(\.isEnded))
    return reading.parts.map(\.text)
  }

  @Test("gives the parts of a body in their order")
  func parts() throws {
    #expect(try contents("\(Self.begin)1\r\n\(Self.begin)2\r\n\(Self.begin)3\r\n--x--\r\n") == ["1", "2", "3"])
  }

  @Test("gives bytes as positions in the piece it was fed, and copies what may have begun a boundary")
  func events() throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=x"))
    var events: [MultipartEvent] = []
    for piece in ["--x\r\n" + Self.head + "ab\r\n-", "c\r", "\n", "--x-", "-\r\n"].map({ Array($0.utf8) }) {
      while let event = try parser.next(in: piece.span) { events.append(event) }
    }
    try parser.finish()
    let begin = 5 + Self.head.utf8.count
    #expect(
      events == [
        .partBegins(PartHead(name: "a")), .bytes(begin..<begin + 2), .heldBytes(Array("\r\n-".utf8)[...]),
        .bytes(0..<1),
        .partEnds, .bodyEnds,
      ])
  }

  @Test("ends a part as soon as it has seen the boundary")
  func promptEnd() throws {
    let reading = try Reading("\(Self.begin)1\r\n--x")
    #expect(reading.parts.map(\.isEnded) == [true] && reading.error == .cutShort)
  }

  @Test(
    "keeps every byte of a part but the line end before the boundary",
    arguments: [
      "", "\r\n", "\r", "\n", "\r\n\r\n", "\r\r\n", "\r\n--", "\r\n--y", "\r\n-\r\n--\r\n", "\r\r\r", "\n--x\n", "--",
      "a--x",
      "--y--x", "\r\n--\r\n--y\r\n", "-\r-\n", "\0\0",
    ])
  func bytes(content: String) throws {
    #expect(try contents("\(Self.begin)\(content)\r\n--x--") == [content])
    #expect(try contents("\(Self.begin)a\(content)\r\n\(Self.begin)\(content)\r\n--x--") == ["a" + content, content])
  }

  @Test("takes a boundary right behind a header for the end of an empty part")
  func noBody() throws {
    #expect(try contents("\(Self.begin)--x--") == [""])
    #expect(try contents("\(Self.begin)\(Self.begin)1\r\n--x--") == ["", "1"])
  }

  @Test("skips what stands before the first boundary", arguments: ["a\r\n", "\r\n", "a\r\n\r\n", "--y\r\n"])
  func preamble(preamble: String) throws {
    #expect(try contents("\(preamble)\(Self.begin)1\r\n--x--") == ["1"])
  }

  @Test(
    "skips what stands behind the last boundary", arguments: ["", "\r", "\r\n", "\r\na", "\r\n--x\r\n", "\r\n--x--x"])
  func epilogue(epilogue: String) throws {
    #expect(try contents("\(Self.begin)1\r\n--x--\(epilogue)") == ["1"])
  }

  @Test("allows blanks behind a boundary on its line")
  func padding() throws {
    #expect(try contents("--x \t \r\n\(Self.head)1\r\n--x\t\r\n\(Self.head)2\r\n--x-- \t\r\n") == ["1", "2"])
  }

  @Test("takes a body without parts, as of a form without fields", arguments: ["--x--", "--x--\r\n", "\r\n--x--\r\n"])
  func empty(body: String) throws {
    #expect(try contents(body) == [])
  }

  @Test("no beginning of a body is a body")
  func cutShort() throws {
    let body = Array("p\r\n\(Self.begin)1\r\n--x \r\n\(Self.head)\r\n--x--".utf8)
    for length in 0..<body.count {
      let reading = try Reading(Array(body[..<length]))
      #expect(reading.error == .cutShort && !reading.isEnded)
    }
  }

  @Test(
    "refuses a line that begins with the boundary and goes on with something else",
    arguments: ["--xx--", "--x-\r\n", "--x a\r\n", "--x \t-- ", "--x--a", "--x-- a", "--x\0"])
  func badDelimiter(line: String) throws {
    #expect(try Reading(line).error == .badDelimiter)
    #expect(try Reading("\(Self.begin)1\r\n\(line)").error == .badDelimiter)
  }

  @Test(
    "refuses lines that end with CR or LF alone",
    arguments: [
      "--x\nContent-Disposition: form-data; name=a\n\n1\n--x--\n", "--x\r\r\n", "--x \n", "--x--\n", "--x--\r\r",
      "--x\r\nContent-Disposition: form-data; name=a\n", "--x\r\nContent-Disposition: form-data\r; name=a\r\n\r\n",
      "--x\r\n\n", "--x\r\nA: b\r\n\r\r\n\r\n", "--x\r\n\rA: b\r\n\r\n", "a\n--x--", "\n--x--", "a\r\n\n--x--",
      "a\r\nb\nc\r\n--x--",
    ])
  func bareLineEnds(body: String) throws {
    #expect(try Reading(body).error == .bareLineEnd)
  }

  @Test("takes a header of 8 KiB, and none that is longer")
  func headLimit() throws {
    func body(_ length: Int) -> String {
      let padding = length - Self.head.utf8.count - "X: \r\n".utf8.count
      return "--x\r\nX: \(String(repeating: "a", count: padding))\r\n\(Self.head)1\r\n--x--"
    }
    #expect(try contents(body(MultipartParser.headLimit)) == ["1"])
    #expect(try Reading(body(MultipartParser.headLimit + 1)).error == .headTooLong)
    #expect(try Reading("--x\r\n" + String(repeating: "a", count: 100_000)).error == .headTooLong)
  }

  @Test("takes 1,000 parts, and none more")
  func partLimit() throws {
    let part = "\(Self.begin)1\r\n"
    let most = String(repeating: part, count: MultipartParser.partLimit)
    #expect(try contents(most + "--x--").count == MultipartParser.partLimit)
    let reading = try Reading(most + part + "--x--")
    #expect(reading.error == .tooManyParts && reading.parts.count == MultipartParser.partLimit)
  }

  @Test("counts the parts that have begun")
  func partCount() throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=x"))
    #expect(parser.partCount == 0)
    let body = Array("\(Self.begin)1\r\n--x\r\nbad\r\n\r\n".utf8)
    #expect(throws: MultipartError.badField) { while try parser.next(in: body.span) != nil {} }
    #expect(parser.partCount == 2)
  }

  @Test("throws an error again and again")
  func errorStays() throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=x"))
    for piece in ["--xy", "--x--", ""].map({ Array($0.utf8) }) {
      #expect(throws: MultipartError.badDelimiter) { while try parser.next(in: piece.span) != nil {} }
    }
    #expect(throws: MultipartError.badDelimiter) { try parser.finish() }
  }

  @Test("looks at each byte a bounded number of times, however much looks like a boundary")
  func linear() throws {
    for text in ["\r", "\r\n", "\r\n--", "\r\n--\(String(repeating: "x", count: 69))", "\n\r"] {
      let content = String(repeating: text, count: 300_000 / text.utf8.count)
      let boundary = String(repeating: "x", count: 70)
      let reading = try Reading("--\(boundary)\r\n\(Self.head)\(content)\r\n--\(boundary)--", boundary: boundary)
      #expect(reading.error == nil && reading.parts.map(\.bytes) == [Array(content.utf8)])
    }
  }
}
