/// Something that doesn't fit together, and how to mend it.
public struct Finding: Sendable, Hashable {
  /// Stays the same from version to version: `read-timeout`.
  public let code: String
  /// Where to mend it: a line of a file, a socket, a process.
  public let place: String
  /// What is so, and what comes of it.
  public let fault: String
  public let mend: String

  public init(_ code: String, at place: some CustomStringConvertible, _ fault: String, mend: String) {
    self.code = code
    self.place = place.description
    self.fault = fault
    self.mend = mend
  }
}

/// A line of a file.
public struct Place: Sendable, Hashable, CustomStringConvertible {
  public var file: String
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}
