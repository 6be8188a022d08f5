import Jobs
import Testing

@Suite("A text that is cut into passages")
struct PassageTests {
  private func cut(_ text: String, page: Int = 1, isEnd: Bool = true) -> [Passage] {
    Passage.cut(Array(text.utf8), at: 100, page: page, isEnd: isEnd)
  }

  @Test("has one for each page, and none behind the last form feed")
  func pages() {
    #expect(
      cut("one\u{c}\u{c}three\u{c}") == [
        Passage(text: "one", page: 1, end: 104, nextPage: 2), Passage(text: "", page: 2, end: 105, nextPage: 3),
        Passage(text: "three", page: 3, end: 111, nextPage: 4),
      ])
    #expect(cut("one\u{c}two", page: 7).map(\.page) == [7, 8])
    #expect(cut("") == [])
  }

  @Test("leaves what may go on")
  func more() {
    #expect(cut("one\u{c}tw", isEnd: false).map(\.text) == ["one"])
    #expect(cut(String(repeating: "x", count: Passage.longest - 1), isEnd: false) == [])
    #expect(cut(String(repeating: "x", count: Passage.longest), isEnd: false).count == 1)
  }

  @Test("cuts long pages between words, else between characters, and loses nothing")
  func long() {
    let words = String(repeating: "twelve bytes ", count: 4000)
    let passages = cut(words)
    #expect(passages.count > 2 && passages.allSatisfy { $0.text.utf8.count <= Passage.longest && $0.page == 1 })
    #expect(passages.map(\.text).joined() == words)
    #expect(passages.dropLast().allSatisfy { $0.text.last == " " })
    let umlauts = "x" + String(repeating: "ü", count: Passage.longest)
    #expect(cut(umlauts).map(\.text).joined() == umlauts)
    #expect(cut(umlauts).map(\.end).last == 100 + Int64(umlauts.utf8.count))
    // Bytes that are no characters at all end too.
    let bytes = [UInt8](repeating: 0x80, count: 2 * Passage.longest)
    #expect(Passage.cut(bytes, at: 0, page: 1, isEnd: true).last?.end == Int64(bytes.count))
  }
}
