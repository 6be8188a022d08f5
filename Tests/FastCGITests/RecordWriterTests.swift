import HTTPTypes
import Testing

@testable import FastCGI

@Suite("the records of an answer")
struct RecordWriterTests {
  @Test(
    "content is cut into records of at most 65535 bytes", arguments: [1, 65_535, 65_536, 131_070, 131_071, 200_000])
  func content(_ count: Int) throws {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var writer = RecordWriter(requestID: 0x102)
    writer.stdout { $0.append(contentsOf: content) }
    var rest = writer.bytes[...]
    var output: [UInt8] = []
    var lengths: [Int] = []
    while rest.count >= 8 {
      let head = Array(rest.prefix(8))
      #expect(Array(head[0..<4]) == [1, 6, 1, 2])
      #expect(Array(head[6..<8]) == [0, 0])
      lengths.append(Int(head[4]) << 8 | Int(head[5]))
      rest = rest.dropFirst(8)
      output += rest.prefix(lengths.last ?? 0)
      rest = rest.dropFirst(lengths.last ?? 0)
    }
    #expect(rest.isEmpty)
    #expect(output == content)
    #expect(lengths.dropLast().allSatisfy { $0 == 65_535 })
    #expect(lengths.count == (count + 65_534) / 65_535)
  }

  @Test("records follow one another in one buffer")
  func following() {
    var writer = RecordWriter(requestID: 1)
    writer.stdout { $0.append(contentsOf: [7, 8]) }
    writer.stdout { $0.append(contentsOf: [UInt8](repeating: 9, count: 65_536)) }
    #expect(Array(writer.bytes.prefix(10)) == [1, 6, 0, 1, 0, 2, 0, 0, 7, 8])
    #expect(Array(writer.bytes[10..<19]) == [1, 6, 0, 1, 0xff, 0xff, 0, 0, 9])
    #expect(writer.bytes.count == 10 + 8 + 65_535 + 8 + 1)
  }

  @Test("nothing written is no record, for an empty one would end the stream")
  func empty() {
    var writer = RecordWriter(requestID: 1)
    writer.stdout { _ in }
    #expect(writer.bytes.isEmpty)
  }

  @Test("the end is an empty record and END_REQUEST, and eight bytes more where the connection ends too")
  func end() {
    var writer = RecordWriter(requestID: 1)
    writer.end(andConnection: false)
    let end: [UInt8] = [1, 6, 0, 1, 0, 0, 0, 0, 1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(writer.bytes == end)
    writer = RecordWriter(requestID: 1)
    writer.end(andConnection: true)
    #expect(writer.bytes.prefix(end.count) == end[...])
    #expect(writer.bytes.count == end.count + 8)
  }

  @Test("a head is a Status line, the fields, the length and an empty line")
  func head() {
    let response = Response(
      status: .accepted, headerFields: [.location: "/orders/1", .contentType: "application/json"], body: .none)
    var bytes: [UInt8] = []
    ResponseHead.append(response, contentLength: 1_234_567_890, to: &bytes)
    let lines = [
      "Status: 202 Accepted", "Location: /orders/1", "Content-Type: application/json", "Content-Length: 1234567890",
      "", "",
    ]
    #expect(String(decoding: bytes, as: UTF8.self) == lines.joined(separator: "\r\n"))
  }

  @Test("a head without length has no Content-Length", arguments: [204, 304])
  func headWithoutLength(_ code: Int) {
    var bytes: [UInt8] = []
    ResponseHead.append(Response(status: .init(code: code)), contentLength: nil, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("Status: \(code) "))
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\n"))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("Content-Length"))
  }

  @Test("a field's value can't begin another field")
  func injection() {
    let response = Response(status: .ok, headerFields: [.location: "/a\r\nSet-Cookie: stolen=1"])
    var bytes: [UInt8] = []
    ResponseHead.append(response, contentLength: nil, to: &bytes)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\r\nSet-Cookie"))
  }
}
