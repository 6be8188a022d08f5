/// `<a,*1000>` in an input stands for a thousand times `a,`, so that an input of a few bytes makes a request of a
/// megabyte. What is repeated holds no `<`, `>` or `*`.
enum Repetition {
  /// Longer than ``Wire/bodyLimit``. An input never gets longer than this; the last count is lowered.
  static let mostBytes = 1_600_000

  static func expanded(_ input: [UInt8]) -> [UInt8] {
    guard input.contains(UInt8(ascii: "<")) else { return input }
    var result: [UInt8] = []
    var rest = input[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "<"), let (text, count, length) = parsed(rest) {
        let most = text.isEmpty ? 0 : max(0, mostBytes - result.count) / text.count
        for _ in 0..<min(count, most) { result += text }
        rest = rest.dropFirst(length)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// What is repeated, how often, and the length of all of it; `nil` where no repetition begins.
  private static func parsed(_ bytes: ArraySlice<UInt8>) -> (text: ArraySlice<UInt8>, count: Int, length: Int)? {
    let text = bytes.dropFirst().prefix { !"<>*".utf8.contains($0) }
    let digits = bytes[text.endIndex...].dropFirst().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard text.endIndex < bytes.endIndex, bytes[text.endIndex] == UInt8(ascii: "*"), digits.endIndex < bytes.endIndex,
      bytes[digits.endIndex] == UInt8(ascii: ">"), let count = Int(String(decoding: digits, as: UTF8.self))
    else { return nil }
    return (text, count, digits.endIndex - bytes.startIndex + 1)
  }
}
