import Testing

@testable import Kinds

@Suite("A value under the equality of JSON Schema")
struct JSONByValueTests {
  @Test(
    "equals another, and has the same hash",
    arguments: [
      ("null", "null"), ("1", "1.0"), ("[1e2,true]", "[100,true]"), (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"a":1}"#),
      (#""\u00e9""#, #""é""#), (#"{"\u0061":{}}"#, #"{"a":{}}"#), (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#),
    ])
  func equal(one: String, other: String) throws {
    let (one, other) = try (JSONByValue(json(one)), JSONByValue(json(other)))
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
  }

  @Test(
    "differs from another",
    arguments: [
      ("null", "false"), ("0", "false"), ("1", "true"), ("1", #""1""#), ("[1,2]", "[2,1]"), ("[]", "{}"),
      ("[1]", "[1,1]"),
      (#""é""#, #""e\u0301""#), (#"{"é":1}"#, #"{"e\u0301":1}"#), (#"{"a":1}"#, #"{"a":2}"#),
      (#"{"a":1}"#, #"{"b":1}"#),
      (#"{"a":1}"#, #"{"a":1,"b":1}"#), (#""""#, "null"), (#"{"a":1,"b":2}"#, #"{"a":2,"b":1}"#),
      (#"{"a":1,"a":2}"#, #"{"a":1,"a":1}"#), ("9007199254740993", "9007199254740992"),
    ])
  func different(one: String, other: String) throws {
    #expect(try JSONByValue(json(one)) != JSONByValue(json(other)))
    #expect(try JSONByValue(json(other)) != JSONByValue(json(one)))
  }
}
