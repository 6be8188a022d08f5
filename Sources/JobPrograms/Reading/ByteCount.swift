/// A number of bytes as people write it: digits and a unit. `kB`, `MB`, `GB` and `TB` are powers of 1000; `KiB`, `MiB`,
/// `GiB` and `TiB` are powers of 1024.
enum ByteCount {
  private static let units: [(name: String, bytes: Int)] = [
    ("B", 1), ("kB", 1000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20), ("GB", 1_000_000_000),
    ("GiB", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
  ]

  static let rule =
    "Write a whole number with B, kB, MB, GB or TB (powers of 1000), or KiB, MiB, GiB or TiB (powers of 1024), "
    + "such as 20MB"

  /// `nil` where it isn't written so, or is more than an `Int` holds.
  static func bytes(of text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), let unit = units.first(where: { $0.name == text[digits.endIndex...] }) else {
      return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflow ? nil : bytes
  }

  /// The shortest of the ways to write it: `20 MB`, `1 GiB`, `1234567 B`.
  static func text(_ bytes: Int) -> String {
    guard let unit = units.last(where: { bytes % $0.bytes == 0 && bytes >= $0.bytes }) else { return "\(bytes) B" }
    return "\(bytes / unit.bytes) \(unit.name)"
  }
}
