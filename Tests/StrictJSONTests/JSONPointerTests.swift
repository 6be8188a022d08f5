import StrictJSON
import Testing

@Suite("A JSON pointer")
struct JSONPointerTests {
  @Test("is written as RFC 6901 says")
  func text() {
    #expect(JSONPointer.root.description == "")
    #expect(JSONPointer.root.appending("a/b").appending(0).appending("~").appending("").description == "/a~1b/0/~0/")
    var pointer = JSONPointer.root.appending("a").appending(1)
    pointer.removeLast()
    #expect(pointer == JSONPointer.root.appending("a"))
  }

  @Test(
    "shows of a long pointer whole names, indices and escapes, and a … behind them",
    arguments: [
      ("a", 256, 254), ("~", 256, 254), ("/", 1, 2), ("a", 255, 255), ("é", 300, 254), ("~", 127, 254), ("~", 128, 254),
    ])
  func pointers(_ name: String, _ count: Int, _ shown: Int) {
    let pointer = JSONPointer.root.appending(String(repeating: name, count: count))
    let text = pointer.description
    let whole = "/" + String(repeating: name == "~" ? "~0" : name == "/" ? "~1" : name, count: count)
    let length = whole.unicodeScalars.count
    if length <= 256 {
      #expect(text == whole)
    } else {
      #expect(text == whole.prefix(shown + 1) + "…")
      #expect(text.unicodeScalars.count <= 256)
    }
    let deep = (0..<200).reduce(JSONPointer.root) { pointer, index in pointer.appending(index) }.description
    #expect(deep.hasSuffix("/86/87/…") && deep.unicodeScalars.count == 256)
  }
}
