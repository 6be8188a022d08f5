import Multipart
import Testing

@Suite("The multipart parser")
struct MultipartParserTests {
  @Test("reads a part")
  func part() throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=x"))
    let body = Array("--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b%22\"\r\n\r\n1\r\n--x--".utf8)
    var events: [MultipartEvent] = []
    while let event = try parser.next(in: body.span) { events.append(event) }
    try parser.finish()
    #expect(events == [.partBegins(PartHead(name: "a", fileName: "b\"")), .bytes(66..<67), .partEnds, .bodyEnds])
  }
}
