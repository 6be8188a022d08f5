import Foundation

/// The secrets that callbacks are signed with, as bytes. There are several while they are being changed: each message has
/// a signature by every one, and a receiver goes by the one it knows.
public struct SigningSecrets: Sendable {
  let keys: [[UInt8]]

  /// Why there are none; names no secret.
  public struct Failure: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
      self.description = description
    }
  }

  private static let prefix = "whsec_"
  private static let longestFile = 65_536

  /// From a file with a line `whsec_<base64>` for each, of 24 to 64 bytes, as Standard Webhooks asks. The file must be
  /// private as ``PrivateFile`` says.
  public init(file path: String) throws(Failure) {
    try self.init(lines: try Self.read(path), of: path)
  }

  init(lines text: String, of name: String) throws(Failure) {
    var keys: [[UInt8]] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let word = line.trimmingCharacters(in: .whitespaces)
      if word.isEmpty { continue }
      guard word.hasPrefix(Self.prefix), let key = Data(base64Encoded: String(word.dropFirst(Self.prefix.count))),
        (24...64).contains(key.count)
      else {
        throw Failure("line \(index + 1) of \(name) is not \(Self.prefix) and the base64 of 24 to 64 bytes")
      }
      keys.append(Array(key))
    }
    guard !keys.isEmpty else { throw Failure("\(name) has no secret") }
    self.keys = keys
  }

  private static func read(_ path: String) throws(Failure) -> String {
    do {
      return try PrivateFile.text(of: path, longest: longestFile)
    } catch {
      throw Failure(error.description)
    }
  }
}
