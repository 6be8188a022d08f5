import Testing

@testable import Kinds

@Suite("A decimal")
struct ExactDecimalTests {
  private static let nines = String(repeating: "9", count: 5000)

  @Test(
    "equals every other text of its value, and has the same hash",
    arguments: [
      ("1", "1.0"), ("1", "10e-1"), ("100", "1e2"), ("1E+2", "0.1e3"), ("0", "-0"), ("0", "0e999999999999999999999999"),
      ("-0.00", "0.0e-5"), ("0.001", "1e-3"), ("120", "1.20e2"), ("-5", "-0.05e2"),
      ("1e999999999", "10e999999998"), ("1e1000000000000000000", "10e999999999999999999"),
      ("0.1e1000000000000000001", "100e999999999999999998"), ("1e-1000000000000000000", "0.1e-999999999999999999"),
      ("1e99999999999999999999", "0.01e100000000000000000001"), ("1e0000000000000000000000000002", "100"),
      ("1e\(nines)", "0.1e1" + String(repeating: "0", count: 5000)), ("\(nines)e0", "\(nines)0e-1"),
    ])
  func equality(one: String, other: String) {
    #expect(ExactDecimal(one) == ExactDecimal(other))
    #expect(ExactDecimal(one).hashValue == ExactDecimal(other).hashValue)
    #expect(!(ExactDecimal(one) < ExactDecimal(other)) && !(ExactDecimal(other) < ExactDecimal(one)))
  }

  @Test("is ordered exactly")
  func order() {
    let ascending = [
      "-1e1\(Self.nines)", "-1e\(Self.nines)", "-1e1000000000000000000", "-1e999999999", "-9007199254740993",
      "-9007199254740992", "-1.5", "-1", "-1e-20", "-1e-1000000000000000000", "0", "1e-\(Self.nines)",
      "1e-1000000000000000000", "1e-999999999999999999", "1e-5", "0.1", "0.10000000000000000000000001", "0.11", "1",
      "1.0000000000000000000001", "2", "9.99", "10", "9007199254740992", "9007199254740993", "1e308", "1e309",
      "\(Self.nines)", "1e5000", "1e999999999", "1e999999999999999999", "1e1000000000000000000",
      "1e99999999999999999998", "1e99999999999999999999", "1e\(Self.nines)", "2e\(Self.nines)", "1e1\(Self.nines)",
    ].map { ExactDecimal($0) }
    for (index, one) in ascending.enumerated() {
      for other in ascending[(index + 1)...] { #expect(one < other && !(other < one) && one != other) }
    }
  }

  @Test("is ordered as whole numbers are, however the point and the exponent divide it")
  func spellings() {
    /// The texts of `thousandths` / 1000.
    func texts(_ thousandths: Int) -> [String] {
      let (sign, magnitude) = (thousandths < 0 ? "-" : "", Int(thousandths.magnitude))
      let padded = String(magnitude % 1000 + 1000).dropFirst()
      return [
        "\(sign)\(magnitude / 1000).\(padded)", "\(sign)\(magnitude)e-3", "\(sign)\(magnitude)00E-5",
        "\(sign)0.\(String(magnitude + 100_000_000).dropFirst())e5",
      ]
    }
    let numbers = [-12_345, -12_340, -1000, -999, -100, -1, 0, 1, 9, 10, 11, 99, 100, 101, 990, 1000, 1001, 12_300]
    for one in numbers {
      for other in numbers {
        for (text, otherText) in texts(one).flatMap({ text in texts(other).map { (text, $0) } }) {
          #expect((ExactDecimal(text) < ExactDecimal(otherText)) == (one < other), "\(text) \(otherText)")
          #expect((ExactDecimal(text) == ExactDecimal(otherText)) == (one == other), "\(text) \(otherText)")
        }
        #expect(texts(one).allSatisfy { ExactDecimal($0).isInteger == (one % 1000 == 0) })
      }
    }
  }

  @Test(
    "is whole or not",
    arguments: [
      ("1", true), ("1.0", true), ("1e2", true), ("1.5", false), ("15e-1", false), ("150e-1", true), ("-3", true),
      ("0.0", true), ("0e-9", true), ("1e999999999999999999999", true), ("1e-999999999999999999999", false),
      ("1.25e2", true), ("1.25e1", false), ("\(nines)", true), ("\(nines).5", false),
    ])
  func integer(number: String, isInteger: Bool) {
    #expect(ExactDecimal(number).isInteger == isInteger)
  }

  @Test(
    "is a count from 0 to 10^15 - 1",
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("1e3", 1000), ("12.0", 12), ("999999999999999", 999_999_999_999_999),
      ("1000000000000000", nil), ("1e15", nil), ("-1", nil), ("0.5", nil), ("1e99999999999999999999", nil),
    ] as [(String, Int?)])
  func count(number: String, count: Int?) {
    #expect(ExactDecimal(number).smallCount == count)
  }
}
