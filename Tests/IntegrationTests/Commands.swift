import Foundation
import TestSupport

/// Runs a program to its end; it is killed after `limit`. `environment` is in addition to ours.
@discardableResult
func run(
  _ program: String, _ arguments: [String], environment: [String: String] = [:], within limit: Duration = hangLimit
) throws -> (status: Int32, output: String, errors: String) {
  let folder = try TemporaryFolder()
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = FileHandle.nullDevice
  func file(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: folder.path + "/" + name, contents: nil)
    return try FileHandle(forUpdating: URL(filePath: folder.path + "/" + name))
  }
  let (output, errors) = (try file("output"), try file("errors"))
  // A process that has ended keeps them open, and one that has well over a thousand descriptors open can't start another:
  // Foundation reads past the end of what the kernel tells of them.
  defer {
    try? output.close()
    try? errors.close()
  }
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
  try patiently(within: limit, "\(program) ends") { !process.isRunning }
  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
  }
  return (process.terminationStatus, try text("output"), try text("errors"))
}

/// The rows of a query, columns between bars. Only reads.
func rows(of query: String, in database: String) throws -> [String] {
  let answer = try run("/usr/bin/sqlite3", ["-readonly", "-cmd", ".timeout 5000", database, query])
  guard answer.status == 0 else { throw HTTPClient.Failure(description: "sqlite3: \(answer.errors)") }
  return answer.output.split(separator: "\n").map(String.init)
}

extension RunningService {
  /// The orders that a responder works on, by the database.
  func orders(of pid: Int32) throws -> [Int] {
    try rows(
      of: """
        SELECT id FROM job WHERE status = 'running' AND member IN (SELECT id FROM member WHERE pid = \(pid)) ORDER BY id
        """, in: database
    ).compactMap { Int($0) }
  }
}
