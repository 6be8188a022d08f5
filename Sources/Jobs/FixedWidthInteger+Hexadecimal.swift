extension FixedWidthInteger where Self: UnsignedInteger {
  /// All of its hexadecimal digits, in lower case, zeros in front too.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
  }
}
