import Foundation

/// `nginx -T`.
struct NginxProgram {
  enum Outcome {
    case text(String)
    /// Its own words.
    case refused(String)
    case unavailable(String)
  }

  /// A reason that lies with who asks, and not with the configuration.
  private static let privileges = ["Permission denied", "Operation not permitted"]
  private static let limit = 30.0

  static func arguments() -> [String] { ["-T"] }

  static func arguments(file: String) -> [String] { ["-T", "-c", absolute(file)] }

  /// The log of the nginx that runs there stays as it is.
  static func arguments(prefix: String) -> [String] {
    ["-T", "-p", absolute(prefix) + "/", "-c", "nginx.conf", "-e", "stderr"]
  }

  /// It tests the configuration and prints it; the nginx that runs is not touched.
  static func run(_ arguments: [String]) -> Outcome {
    guard let program = path else {
      return .unavailable("nginx: there is no such program here; --nginx-text takes what nginx -T prints elsewhere")
    }
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      return .unavailable("nginx: \(error.localizedDescription)")
    }
    // A name that it can't look up may take it long.
    let end = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: end)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    end.cancel()
    if process.terminationReason == .exit, process.terminationStatus == 0 { return .text(text) }
    let reason = said.split(whereSeparator: \.isNewline).first { $0.contains("[emerg]") }.map(String.init) ?? said
    let isForbidden = privileges.contains { reason.contains($0) }
    guard process.terminationReason == .exit else { return .unavailable("nginx -T did not end within \(Int(limit)) s") }
    return isForbidden ? .unavailable("nginx, as this user: \(reason)") : .refused(reason)
  }

  /// The programs of /usr/sbin are not on everyone's path.
  private static var path: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (folders + ["/usr/sbin", "/sbin", "/usr/local/sbin"]).map { $0 + "/nginx" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path
  }
}
