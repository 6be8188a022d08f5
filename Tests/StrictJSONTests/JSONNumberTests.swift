import StrictJSON
import Testing

@Suite("The text of a number")
struct JSONNumberTests {
  @Test(
    "says its sign, its digits and where the point stands",
    arguments: [
      ("0", false, "", 0), ("-0", true, "", 0), ("0.00", false, "", 2), ("0e5", false, "", -5), ("-0e-5", true, "", 5),
      ("7", false, "7", 0), ("19.90", false, "1990", 2), ("-0.05", true, "5", 2), ("100", false, "100", 0),
      ("1.5e3", false, "15", -2), ("15E-3", false, "15", 3), ("0.001e+1", false, "1", 2),
      ("1e0000000015", false, "1", -15),
    ])
  func parts(text: String, isNegative: Bool, digits: String, scale: Int) {
    let number = JSONNumber(text.utf8.span)
    #expect(number.isNegative == isNegative)
    #expect(number.scale == scale)
    let rest = String(text.dropFirst(number.start)).filter { $0 != "." }
    #expect(rest.prefix(number.digitCount) == digits)
  }

  @Test(
    "has so many digits when it is written without an exponent, before the point and in all",
    arguments: [
      ("0", 1, 1), ("0.00", -1, 3), ("0e3", 4, 4), ("0e-3", -2, 4), ("-12.50", 2, 4), ("1e3", 4, 4), ("1e-3", -2, 4),
      ("0.001e5", 3, 3), ("100000e-2", 4, 6), ("0.010", -1, 4),
    ])
  func written(text: String, magnitude: Int, digits: Int) {
    let number = JSONNumber(text.utf8.span)
    #expect(number.magnitude == magnitude)
    #expect(number.writtenDigits == digits)
  }

  @Test(
    "may have an exponent of any length: those beyond a million count as a million",
    arguments: ["1e999999999999999999999999", "1e1000001", "1E+9223372036854775808"])
  func hugeExponents(text: String) {
    #expect(JSONNumber(text.utf8.span).scale == -JSONNumber.hugeExponent)
    let small = text.replacing("e", with: "e-").replacing("E+", with: "E-")
    #expect(JSONNumber(small.utf8.span).scale == JSONNumber.hugeExponent)
  }
}
