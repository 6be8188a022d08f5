import Foundation
import TestSupport

/// The client commands of the shipped binary, as a script would run them.
struct TerminalClient {
  let url: String
  var environment: [String: String] = [:]

  struct Answer {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// A document for each line.
    var documents: [[String: Any]] {
      lines.compactMap { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
    }
  }

  init(_ service: RunningService) {
    self.init(port: service.port)
  }

  init(port: Int) {
    url = "http://127.0.0.1:\(port)"
  }

  /// A login and an address of whoever runs the tests are not to matter.
  var variables: [String: String] {
    ["ORDERS_URL": url, "ORDERS_USER": "", "ORDERS_PASSWORD": "", "ORDERS_TOKEN": "", "no_proxy": "127.0.0.1"]
      .merging(environment) { $1 }
  }

  func callAsFunction(_ arguments: String..., within limit: Duration = hangLimit) throws -> Answer {
    try self(arguments, within: limit)
  }

  func callAsFunction(_ arguments: [String], within limit: Duration = hangLimit) throws -> Answer {
    let (status, output, errors) = try run(
      RunningService.binary, arguments, environment: variables, within: limit)
    return Answer(status: status, output: output, errors: errors)
  }

  /// Starts a command that goes on beside the test, and writes to a file.
  func start(_ arguments: [String], output: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      ["-c", #"out=$1; shift; exec "$@" >"$out" 2>&1"#, "sh", output, RunningService.binary] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}
