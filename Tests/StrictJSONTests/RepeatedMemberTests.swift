import Testing

@testable import StrictJSON

@Suite("Repeated members")
struct RepeatedMemberTests {
  private func found(_ text: String) throws -> RepeatedMembers {
    try JSONReader.read(Array(text.utf8)).repeatedMembers(atMost: 100)
  }

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
    #expect(try found(text).pointers.map(\.description) == expected)
  }

  @Test("are found up to the limit, whatever their names are and however long the way to them is")
  func bounded() throws {
    let way = String(repeating: #"{"":"#, count: 31)
    let text = way + "{" + repeatElement(#""a":1"#, count: 5000).joined(separator: ",") + "}"
    let found = try found(text + String(repeating: "}", count: 31))
    #expect(found.hasMore)
    #expect(found.pointers.count == 100)
    #expect(Set(found.pointers.map(\.description)) == [String(repeating: "/", count: 32) + "a"])
  }

  @Test("are found among a hundred thousand, long names and short ones")
  func many() throws {
    let names = (0..<100_000).map { "\($0)\(String(repeating: "é", count: $0 % 20))" }
    let text = "{" + (names + names.suffix(7)).map { #""\#($0)":0"# }.joined(separator: ",") + "}"
    #expect(try found(text).pointers.map(\.description) == names.suffix(7).map { "/" + $0 })
  }
}
