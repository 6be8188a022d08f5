import Testing

@testable import JobsSQLite

@Suite("A snippet of a text")
struct SnippetTests {
  @Test(
    "is one line around the first word that is found, whatever its case and accents",
    arguments: [
      ("two\n words", ["words"], "two words"), ("steak and\ttea", ["tea"], "steak and tea"), ("", ["tea"], ""),
      ("no such word", ["tea"], "no such word"), ("Au CAFÉ noir", ["cafe noir"], "Au CAFÉ noir"),
    ])
  func short(text: String, terms: [String], snippet: String) {
    #expect(Snippet.of(text, around: terms) == snippet)
  }

  @Test("begins with a whole word, and is marked where it is cut")
  func long() {
    let text = String(repeating: "steaks ", count: 300) + "tea " + String(repeating: "rest ", count: 300)
    let snippet = Snippet.of(text, around: ["milk", "tea"])
    #expect(snippet.hasPrefix("…steaks steaks ") && snippet.contains(" tea rest ") && snippet.hasSuffix("…"))
    #expect(snippet.count <= 202)
    #expect(Snippet.of(text, around: ["milk"]).hasPrefix("steaks steaks"))
    // A long text of nothing but hits costs no more than any other.
    #expect(Snippet.of(String(repeating: "a ", count: 8000), around: ["a"]).hasPrefix("a a a"))
  }
}
