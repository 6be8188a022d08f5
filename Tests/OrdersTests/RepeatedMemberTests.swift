import Testing

@testable import Orders

@Suite("Repeated members")
struct RepeatedMemberTests {
  @Test(
    "are found at every depth, by the bytes of their names",
    arguments: [
      (#"{"a":1,"b":2}"#, []), (#"{"a":1,"a":1}"#, ["/a"]), (#"{"a":1,"\u0061":2}"#, ["/a"]),
      (#"{"a":1,"a":2,"a":3}"#, ["/a", "/a"]), (#"{"a":{"b":1,"b":2}}"#, ["/a/b"]),
      (#"[0,{"x/y":1,"x/y":2},{"~":1,"~":1}]"#, ["/1/x~1y", "/2/~0"]), (#"{"":1,"":2}"#, ["/"]),
      (#"{"a":{"b":1},"a":{"b":1}}"#, ["/a"]),
      (#"{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":{"b":0},"b":[{"b":1,"b":1}]}"#, ["/b", "/b/0/b"]),
      (#"{"\u00e9":1,"e\u0301":2}"#, []), ("7", []),
    ])
  func pointers(text: String, expected: [String]) throws {
    #expect(try JSONReader.read(Array(text.utf8)).repeatedMembers.map(\.description) == expected)
  }

  @Test("a hundred thousand of them are found in no time")
  func many() throws {
    let text = "{" + (0..<100_000).map { #""m\#($0 % 50_000)":0"# }.joined(separator: ",") + "}"
    #expect(try JSONReader.read(Array(text.utf8)).repeatedMembers.count == 50_000)
  }
}
