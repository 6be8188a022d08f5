import Testing

@testable import Orders

@Suite("An amount")
struct AmountTests {
  @Test(
    "keeps its text, digit for digit",
    arguments: [
      "0", "-0", "-0.0", "-0e5", "0.1", "19.99", "100.00", "12345678901234.56", "1e-63", "1e15", "1E+15", "10e14",
      "1000000000000000", "1000000000000000.000", "0.1e16", "0.0001e19", "999999999999999.9999999999999999999",
      "100000000000000000e-2", "1e0000000015", "0.00000000000000000000000000000000000000000001e59",
    ])
  func accepted(text: String) throws {
    #expect(try input(of: text) == #""products":["a"],"amount":"# + text)
  }

  @Test(
    "is at most 10^15 exactly",
    arguments: [
      "1000000000000001", "1000000000000000.000000000000000000000000000000001", "1e16", "1e400", "1.0000001e15", "2e15",
      "0.1000000001e16", "9e99999999999999999999", "10000000000000001e-1",
      "0.00000000000000000000000000000000000000000001e60",
    ])
  func tooLarge(text: String) {
    #expect(faults(of: text) == ["/amount This must be at most 10^15."])
  }

  @Test("is not negative", arguments: ["-1", "-0.01", "-1e-400", "-1e400"])
  func negative(text: String) {
    #expect(faults(of: text) == ["/amount This must not be negative."])
  }

  @Test("has at most 64 characters")
  func length() throws {
    #expect(faults(of: "0." + String(repeating: "1", count: 62)) == [])
    #expect(
      faults(of: "0." + String(repeating: "1", count: 63)) == ["/amount This must have at most 64 characters."])
  }

  @Test(
    "has at most 64 digits when written without an exponent",
    arguments: [
      ("1e-63", "1e-64"), ("123456e-63", "123456e-64"), ("1.5e-62", "1.5e-63"), ("1.50e-61", "1.50e-62"),
      ("10e-63", "10e-64"), ("0e63", "0e64"), ("0e-63", "0e-64"), ("-0e63", "-0e64"), ("0.0e64", "0.0e65"),
      ("0.0e-62", "0.0e-63"), ("1E-0000063", "1E-0000064"), ("1e15", "1e-65"), ("1e15", "1e-100"),
      ("123456789012345e-49", "1e-400"), ("0.001e-60", "0.001e-61"), ("0.001e18", "1e-999999999"),
      ("123456789012345678901234567890e-63", "5e-99999999999999999999"), ("0", "0e9999999999"), ("-0", "-0e99999999"),
      ("100000000000000.0000e1", "0e-9223372036854775809"),
      ("1234567890123456789012345678901234567890123456789012345678e-63", "0.0E+9223372036854775808"),
    ])
  func digits(fits: String, doesNot: String) throws {
    #expect(faults(of: fits) == [])
    #expect(faults(of: doesNot) == ["/amount Written without an exponent, this must have at most 64 digits."])
  }

  private func input(of amount: String) throws -> String {
    try OrderTests.input(of: #"{"products":["a"],"amount":\#(amount)}"#)
  }

  private func faults(of amount: String) -> [String] {
    OrderTests.faults(of: #"{"products":["a"],"amount":\#(amount)}"#)
  }
}
