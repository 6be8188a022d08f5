import Testing

@testable import JobPrograms

@Suite("Lines on descriptor 3") struct ProgressLinesTests {
  private static let text = """
    {"step":"resize","completed":3,"total":10}

    nonsense
    {"completed":4,"total":10}
    {"error":{"code":"bad-image","detail":"b.jpg"}}
    {"error":{"code":"bad"}}
    {"completed":-1,"total":1}
    {"completed":1.5,"total":2}
    {"completed":1}
    {"step":7,"completed":1,"total":1}
    {"error":"bad"}
    [1]
    {"completed":5,"total":10}
    """

  @Test(
    "say how far it is and why it fails, in whatever pieces they arrive; others are counted", arguments: [1, 7, 4096])
  func pieces(size: Int) {
    var lines = ProgressLines()
    var news: [ProgressLines.News] = []
    let bytes = Array(Self.text.utf8)
    for begin in stride(from: 0, to: bytes.count, by: size) {
      news += lines.take(bytes[begin..<min(bytes.count, begin + size)])
    }
    // The last one has no end of its own.
    news += [lines.finish()].compactMap(\.self)
    #expect(
      news == [
        .progress(step: "resize", completed: 3, total: 10), .progress(step: "", completed: 4, total: 10),
        .error(code: "bad-image", detail: "b.jpg"), .error(code: "bad", detail: ""),
        .progress(step: "", completed: 5, total: 10),
      ])
    #expect(lines.bad == 7)
  }

  @Test("of over 8 KiB are counted once and kept nowhere, and the next one is read")
  func long() {
    var lines = ProgressLines()
    var bytes = [UInt8](repeating: 0x20, count: 200_000) + Array("\n".utf8)
    bytes += Array(#"{"completed":1,"total":1}"#.utf8) + Array("\n".utf8)
    #expect(lines.take(bytes) == [.progress(step: "", completed: 1, total: 1)])
    #expect(lines.bad == 1)
    #expect(lines.finish() == nil)
  }
}
