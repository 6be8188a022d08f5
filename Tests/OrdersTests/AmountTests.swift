import Orders
import Testing

@Suite("An amount")
struct AmountTests {
  @Test(
    "keeps its text, digit for digit",
    arguments: [
      "0", "-0", "-0.0", "-0e5", "0e9999999999", "0.1", "19.99", "100.00", "12345678901234.56", "1e-400", "1e15",
      "1E+15",
      "10e14", "1000000000000000", "1000000000000000.000", "0.1e16", "0.0001e19", "999999999999999.9999999999999999999",
      "100000000000000000e-2", "1e0000000015", "5e-99999999999999999999",
      "0.00000000000000000000000000000000000000000001e59",
    ])
  func accepted(text: String) throws {
    #expect(try Amount(text).text == text)
  }

  @Test(
    "is at most 10^15 exactly",
    arguments: [
      "1000000000000001", "1000000000000000.000000000000000000000000000000001", "1e16", "1e400", "1.0000001e15", "2e15",
      "0.1000000001e16", "9e99999999999999999999", "10000000000000001e-1",
      "0.00000000000000000000000000000000000000000001e60",
    ])
  func tooLarge(text: String) {
    #expect(throws: Amount.Violation.tooLarge) { try Amount(text) }
  }

  @Test("is not negative", arguments: ["-1", "-0.01", "-1e-400", "-1e400"])
  func negative(text: String) {
    #expect(throws: Amount.Violation.negative) { try Amount(text) }
  }

  @Test("has at most 64 characters")
  func length() throws {
    #expect(try Amount("0." + String(repeating: "1", count: 62)).text.utf8.count == 64)
    #expect(throws: Amount.Violation.tooLong) { try Amount("0." + String(repeating: "1", count: 63)) }
  }

  @Test("is equal to another of the same text only")
  func equality() throws {
    #expect(try Amount("1.0") == Amount("1.0"))
    #expect(try Amount("1.0") != Amount("1.00"))
  }
}
