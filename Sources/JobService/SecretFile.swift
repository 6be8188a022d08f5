import Callbacks
import Foundation
import Glibc
import JobsHTTP

/// The file of `--secret-file`: a line for each secret that our own web server may pass.
enum SecretFile {
  private static let mostLines = 2
  /// Long enough not to be guessed, short enough for one value of nginx's.
  private static let lengths = 32...256
  private static let longestFile = 4096

  /// The secrets of a file that is private as ``PrivateFile`` says. With `nil` it may be any user's: `orders doctor`,
  /// asked by root, compares the secrets of a responder that runs as another user.
  static func read(_ path: String, for user: uid_t? = geteuid()) throws(OptionFileError) -> [String] {
    let lines = try text(of: path, user).utf8.split(separator: UInt8(ascii: "\n"))
      .map { trimmed($0) }.filter { !$0.isEmpty }
    guard !lines.isEmpty else { throw unusable("\(path) has no secret") }
    guard lines.count <= mostLines else {
      throw unusable("\(path) has \(lines.count) lines: one secret, or two while one takes the place of the other")
    }
    for (index, line) in lines.enumerated() {
      guard lengths.contains(line.utf8.count), line.utf8.allSatisfy(isPlain) else {
        throw unusable(
          """
          line \(index + 1) of \(path) is not \(lengths.lowerBound) to \(lengths.upperBound) letters, digits and \
          + / = _ - .
          """)
      }
    }
    return lines
  }

  private static func unusable(_ reason: String) -> OptionFileError { OptionFileError(option: "--secret-file", reason) }

  private static func trimmed(_ line: Substring.UTF8View) -> String {
    String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
  }

  /// What nginx takes for itself inside quotes, and base64 and hexadecimal digits are made of.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "+/=_-.".utf8.contains(byte)
    }
  }

  private static func text(of path: String, _ user: uid_t?) throws(OptionFileError) -> String {
    do {
      return try PrivateFile.text(of: path, longest: longestFile, for: user)
    } catch {
      throw unusable(error.description)
    }
  }
}
