import JobPrograms
import Testing

@Suite("A kind's file that is damaged")
struct DamageTests {
  /// A file that is read, or one line that names it.
  private func isToldApart(_ text: String) -> Bool {
    guard let line = mistake(text) else { return true }
    return line.hasPrefix("a.yaml:") && !line.contains(where: \.isNewline) && line.utf8.count < 2000
  }

  @Test("in any one place is refused in one line, or still read")
  func place() {
    let file = Array(sheets.unicodeScalars)
    let damage: [Unicode.Scalar] = ["\t", "\n", "\"", "[", "}", ":", "*", "&", "!", "#", "-", "\u{7}", "\u{2028}", "é"]
    for place in file.indices {
      for scalar in damage where (place + Int(scalar.value)) % 5 == 0 {
        var text = String.UnicodeScalarView(file)
        let index = text.index(text.startIndex, offsetBy: place)
        text.replaceSubrange(index...index, with: [scalar])
        #expect(isToldApart(String(text)), "\(place): \(scalar.escaped(asASCII: true))")
      }
    }
  }

  @Test("by its end is refused in one line, or still read")
  func end() {
    for length in 0..<sheets.count {
      #expect(isToldApart(String(sheets.prefix(length))), "\(length)")
    }
  }

  @Test("by any line is refused in one line, or still read")
  func line() {
    let lines = sheets.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      var rest = lines
      rest.remove(at: index)
      #expect(isToldApart(rest.joined(separator: "\n")), "\(index)")
      rest.insert(lines[index], at: (index * 7) % lines.count)
      #expect(isToldApart(rest.joined(separator: "\n")), "\(index)")
    }
  }
}
