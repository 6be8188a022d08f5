import Testing

@testable import JobPrograms

@Suite("The end of a log") struct LogTailTests {
  @Test("all of a short one, and of a long one whole lines that fit", arguments: [1, 3, 1000])
  func tail(piece: Int) {
    var log = LogTail(limit: 10)
    let text = Array("first\nsecond\nthird\n".utf8)
    for begin in stride(from: 0, to: text.count, by: piece) { log.append(text[begin..<min(text.count, begin + piece)]) }
    #expect(String(decoding: log.bytes, as: UTF8.self) == "third\n")
    var short = LogTail(limit: 10)
    short.append(Array("a\nb".utf8))
    #expect(String(decoding: short.bytes, as: UTF8.self) == "a\nb")
  }

  @Test("a line longer than the limit keeps its end, and ten megabytes are no more than the limit")
  func longLine() {
    var log = LogTail(limit: 64)
    let piece = [UInt8](repeating: 0x78, count: 100_000)
    for _ in 0..<100 { log.append(piece) }
    log.append(Array("end".utf8))
    #expect(log.bytes == [UInt8](repeating: 0x78, count: 61) + Array("end".utf8))
    #expect(log.dropped > 9_000_000)
  }
}
