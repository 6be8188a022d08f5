/// How the file of a slot is laid out: a page of header, a table in words that says what is counted where, and the
/// numbers, in stripes: a thread adds in one of them, so that no two of them fight for a line of the processor's cache.
/// A value is the sum over all stripes.
enum SlotLayout {
  /// The first eight bytes. Another layout has another number, and files of a layout that is not known are left alone:
  /// during a rolling restart two of them live side by side.
  static let magic: UInt64 = 0x3230_746f_6c73_646f
  static let stripes = 8
  static let words = 8192
  static let tableStart = 4096
  static let tableSize = 60 << 10
  static let valuesStart = tableStart + tableSize
  static let size = valuesStart + stripes * words * 8

  /// Where in the header, in words of eight bytes.
  enum Header {
    static let magic = 0
    /// How many bytes of the table hold. Written behind them, so that no reader sees half a line.
    static let tableLength = 1
    static let process = 2
    /// Unix milliseconds.
    static let startedAt = 3
    static let versionLength = 4
    static let version = 5
    static let longestVersion = 64
  }
}
