/// The first mistake in a kind's file, or why the file or its folder can't be read. Its description is one line.
public struct KindFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file, or of the folder, as the caller named it.
  public var file: String
  /// From 1 on; `nil` where no line is at fault.
  public var line: Int?
  /// What is wrong and what is allowed.
  public var detail: String

  public init(file: String, line: Int?, detail: String) {
    self.file = file
    self.line = line
    self.detail = detail
  }

  /// The most characters of ``detail`` that ``description`` has.
  private static let longestDetail = 1000

  /// `kinds/sheets.yaml:14: limits.memory: "1 gig" is not a size. …`, always without line breaks, and cut where a
  /// value or a key is very long.
  public var description: String { "\(place): \(reason)" }

  /// `kinds/sheets.yaml:14`, without line breaks.
  public var place: String { OneLine.text(line.map { "\(file):\($0)" } ?? file) }

  /// ``detail`` as ``description`` has it.
  public var reason: String {
    OneLine.text(detail.count > Self.longestDetail ? "\(detail.prefix(Self.longestDetail))…" : detail)
  }
}

/// A mistake before its file is named.
struct Fault: Error, Hashable, Sendable {
  var line: Int?
  var detail: String

  init(line: Int?, _ detail: String) {
    self.line = line
    self.detail = detail
  }
}
