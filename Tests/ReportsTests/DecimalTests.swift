import Testing

@testable import Reports

@Suite("Decimals")
struct DecimalTests {
  private static func decimal(_ text: String) throws -> Decimal { try #require(Decimal(text)) }

  @Test(
    "are written without an exponent and without zeros at the end",
    arguments: [
      ("0", "0"), ("-0.00", "0"), ("0e5", "0"), ("2.50", "2.5"), ("1e3", "1000"), ("1E+3", "1000"), ("12.5e-1", "1.25"),
      ("-0.001", "-0.001"), ("1e-60", "0." + String(repeating: "0", count: 59) + "1"),
      ("1000000000000000000", "1000000000000000000"), ("999999999999999999.999999999999999999", nil),
      ("1000000000000000000000000000000000000.5", nil), ("0.000000000000000000000000000000000001", nil),
      (
        "123456789012345678901234567890.123456789012345678901234567890",
        "123456789012345678901234567890.12345678901234567890123456789"
      ),
    ] as [(String, String?)])
  func text(number: String, text: String?) throws {
    #expect(try Self.decimal(number).text == text ?? number)
  }

  @Test(
    "have so many digits at most, zeros of the exponent and at the end included",
    arguments: [
      ("1e63", true), ("1e64", false), ("1e-63", true), ("1e-64", false), ("0e63", true), ("0e64", false),
      ("0." + String(repeating: "0", count: 63), true), ("0." + String(repeating: "0", count: 64), false),
      ("1e999999999999999999999999", false), ("0e-999999999999999999999999", false),
    ])
  func digits(number: String, isRead: Bool) {
    #expect((Decimal(number, mostDigits: 64) != nil) == isRead)
  }

  @Test(
    "add up exactly",
    arguments: [
      (["0.1", "0.2"], "0.3"), (["1e18", "-1"], "999999999999999999"),
      (["1e30", "1e-30", "-1e30"], "0." + String(repeating: "0", count: 29) + "1"),
      (["999999999999999999.999999999999999999", "0.000000000000000001"], "1000000000000000000"),
      (["5", "-7.5"], "-2.5"), (["-5", "-7.5"], "-12.5"), (["2.5", "-2.50"], "0"),
      (["-3", "1e20"], "99999999999999999997"), ([], "0"),
    ])
  func sums(numbers: [String], sum: String) throws {
    var total = Decimal.zero
    for number in numbers { total += try Self.decimal(number) }
    #expect(total.text == sum)
    #expect(total == (try Self.decimal(sum)))
  }

  @Test(
    "are divided to six digits, ties to the even one",
    arguments: [
      ("1", 3, "0.333333"), ("2", 3, "0.666667"), ("0.0000005", 1, "0"), ("0.0000015", 1, "0.000002"),
      ("0.0000025", 1, "0.000002"), ("0.00000250000000000000000000001", 1, "0.000003"), ("0.000005", 2, "0.000002"),
      ("0.000007", 2, "0.000004"), ("1e40", 7, "1428571428571428571428571428571428571428.571429"),
      ("-2", 3, "-0.666667"),
      ("0", 5, "0"), ("999999999999999999.9999995", 1, "1000000000000000000"), ("10", 4, "2.5"),
    ])
  func quotients(number: String, divisor: Int, quotient: String) throws {
    #expect(try Self.decimal(number).divided(by: divisor).text == quotient)
  }

  @Test("have a sequence, and their bytes in a file have the same and give them back")
  func sequence() throws {
    let texts = [
      "-1e40", "-1.5", "-1.000000000000000000000000000000000005", "-1", "-0.5", "-1e-30", "0", "1e-30", "0.5", "1",
      "1.000000000000000000000000000000000005", "1.5", "9", "10", "1e17", "999999999999999999", "1e18", "1e40",
    ]
    let numbers = try texts.map(Self.decimal)
    #expect(numbers.shuffled().sorted() == numbers)
    #expect(numbers.shuffled().sorted { $0.sortable.lexicographicallyPrecedes($1.sortable) } == numbers)
    #expect(numbers.map { Decimal(sortable: $0.sortable) } == numbers)
    let times: [Int64] = [.min, -5, 0, 1, 256, .max]
    #expect(times.shuffled().sorted { $0.sortable.lexicographicallyPrecedes($1.sortable) } == times)
    #expect(times.map { Int64(sortable: $0.sortable) } == times)
  }
}
