/// Why a store could not do what it was asked. Nothing was changed, except where a crash of the machine hides the outcome.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The disk is full, read-only or faulty, or another process holds the store's turn for too long: try again later.
    case unavailable
    /// What was to be stored is refused, now and later: it is longer than a value may be, or breaks the store's rules.
    case refused
    /// The store has been closed in this process: it is shutting down.
    case closed
    /// The file is not one of ours, is damaged, or was written by a newer version.
    case unusable
  }

  public var code: Code
  /// What was tried: "submit", "open".
  public var operation: String
  /// What went wrong, for the log.
  public var cause: String

  /// The files that a process has open are not those at the store's paths: nothing is written until the files are put back,
  /// or that process ends.
  public var isOfLostFiles = false

  public init(_ code: Code, operation: String, cause: String) {
    self.code = code
    self.operation = operation
    self.cause = cause
  }

  public var description: String { "store \(code.rawValue) in \(operation): \(cause)" }
}
