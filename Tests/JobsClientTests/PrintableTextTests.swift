import JobsClient
import Testing

@Suite("Text of others")
struct PrintableTextTests {
  @Test("has nothing left that acts on a terminal, and is otherwise unchanged")
  func controls() {
    for value in Array(0...0x24F) + Array(0x2000...0x206F) {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      let text = PrintableText.text("a\(scalar)b")
      let isControl = scalar.properties.generalCategory == .control
      let reorders = scalar.properties.isBidiControl || [0x2028, 0x2029].contains(value)
      #expect((text == "a\(scalar)b") == !(isControl || reorders), "U+\(String(value, radix: 16))")
    }
    #expect(PrintableText.text("\u{1B}]0;x\u{7}\u{9B}1m") == #"\u001b]0;x\u0007\u009b1m"#)
    #expect(PrintableText.text("tea é 漢字 🍵") == "tea é 漢字 🍵")
  }

  @Test("is cut to the columns it takes", arguments: 0...12)
  func cut(_ columns: Int) {
    for text in [
      "plain text that is long", "漢字漢字漢字漢字",
      "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
      "🍵🍵🍵🍵🍵🍵🍵",
    ] {
      let cut = PrintableText.fitting(text, columns)
      #expect(PrintableText.width(cut) <= columns)
      #expect(PrintableText.width(cut) >= columns - 1)
      #expect(columns == 0 || cut.hasSuffix("…"))
    }
    #expect(PrintableText.fitting("tea", 3) == "tea")
  }
}
