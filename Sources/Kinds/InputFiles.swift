/// A named part with the files that a client may or must send.
public struct InputFiles: Hashable, Sendable {
  /// The part, and the folder `in/NAME` of the program.
  public var name: String
  /// The least and the most files; 1 and 1, unless the file says otherwise.
  public var count: ClosedRange<Int>
  /// The media types that are accepted; empty: any.
  public var types: [String]
  /// The most bytes of one file; `nil`: ``usualEach``, or ``total``.
  public var each: Int?
  /// The most bytes of all files of this name; `nil`: as many as so many files may have.
  public var total: Int?
  /// The least bytes of one file: 0, which admits an empty one, unless the file says otherwise.
  public var minSize: Int

  /// Bytes of one file, where its kind says nothing.
  public static let usualEach = 100_000_000

  /// The most bytes of one file.
  public var mostEach: Int { each ?? total ?? Self.usualEach }
  /// The most bytes of all files of this name.
  public var mostTotal: Int { total ?? mostEach * count.upperBound }

  public init(
    name: String, count: ClosedRange<Int> = 1...1, types: [String] = [], each: Int? = nil, total: Int? = nil,
    minSize: Int = 0
  ) {
    self.name = name
    self.count = count
    self.types = types
    self.each = each
    self.total = total
    self.minSize = minSize
  }
}
