import Foundation
import Glibc

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
  private static let longestFile: off_t = 65_536

  /// From a file with a line `whsec_<base64>` for each, of 24 to 64 bytes, as Standard Webhooks asks. The file must be
  /// nobody's but its owner's and its group's, and only the owner's to write.
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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure("\(path) can't be read: \(String(cString: strerror(errno)))") }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= longestFile else {
      throw Failure("\(path) is not a short file")
    }
    guard info.st_mode & 0o027 == 0 else {
      throw Failure("\(path) is open to others (mode \(String(info.st_mode & 0o777, radix: 8))): chmod 0600 it")
    }
    do {
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    } catch {
      throw Failure("\(path) can't be read: \(error)")
    }
  }
}
