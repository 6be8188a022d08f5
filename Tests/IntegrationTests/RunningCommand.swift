import Foundation
import TestSupport
import Testing

/// A command of the shipped binary that runs, and what it has said so far. Killed when the value goes.
final class RunningCommand {
  private let process = Process()
  private let folder: TemporaryFolder

  /// `program` may be one that runs the binary; `arguments` are its own.
  init(_ arguments: [String], program: String = RunningService.binary) throws {
    folder = try TemporaryFolder()
    let path = folder.path + "/errors"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = try FileHandle(forUpdating: URL(filePath: path))
    // Tests that run under nohup would hand down that it is ignored.
    let inherited = signal(SIGHUP, SIG_DFL)
    defer { signal(SIGHUP, inherited) }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// The whole lines on its standard error.
  var lines: [Substring] {
    let text = (try? String(contentsOfFile: folder.path + "/errors", encoding: .utf8)) ?? ""
    return text.lastIndex(of: "\n").map { text[..<$0].split(separator: "\n") } ?? []
  }

  /// Waits for a line that ends with `word`: `serving`, `working`.
  func awaitLine(endingWith word: String) throws {
    try patiently("it says \(word)") {
      guard isRunning else { throw HTTPClient.Failure(description: lines.joined(separator: "\n")) }
      return lines.contains { $0.hasSuffix(word) }
    }
  }

  /// Its exit status, after a signal where one is given.
  func end(by number: Int32? = nil) throws -> Int32 {
    if let number { kill(pid, number) }
    try patiently("it ends") { !self.process.isRunning }
    #expect(process.terminationReason == .exit)
    return process.terminationStatus
  }
}
