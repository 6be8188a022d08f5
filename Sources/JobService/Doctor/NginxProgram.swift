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
    let said: Said
    switch execute(arguments) {
    case .success(let outcome): said = outcome
    case .failure(let failure): return .unavailable(failure.reason)
    }
    if said.status == 0 { return .text(said.output) }
    let line =
      said.errors.split(whereSeparator: \.isNewline).first { $0.contains("[emerg]") }.map(String.init) ?? said.errors
    let reason = withoutSecrets(line)
    let isForbidden = privileges.contains { reason.contains($0) }
    return isForbidden ? .unavailable("nginx, as this user: \(reason)") : .refused(reason)
  }

  /// What nginx was built with (`nginx -V`): `prefix`, `http-fastcgi-temp-path` and others.
  static func builtIn() -> [String: String] {
    guard case .success(let said) = execute(["-V"]) else { return [:] }
    let options = said.errors.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("--") }
    return Dictionary(
      options.compactMap { option in
        guard let equals = option.firstIndex(of: "=") else { return nil }
        return (String(option[..<equals].dropFirst(2)), String(option[option.index(after: equals)...]))
      }, uniquingKeysWith: { $1 })
  }

  /// nginx quotes the word that it doesn't understand, which may be the secret.
  private static func withoutSecrets(_ line: String) -> String {
    guard line.contains("/secret") else { return line }
    return line.replacing(/"[^"]*"/, with: "\"…\"")
  }

  private struct Said {
    let status: Int32
    let output: String
    let errors: String
  }

  private struct Failure: Error {
    let reason: String
  }

  private static func execute(_ arguments: [String]) -> Result<Said, Failure> {
    guard let program = path else {
      return .failure(
        Failure(reason: "nginx: there is no such program here; --nginx-text takes what nginx -T prints elsewhere"))
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
      return .failure(Failure(reason: "nginx: \(error.localizedDescription)"))
    }
    // A name that it can't look up may take it long.
    let end = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: end)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    end.cancel()
    guard process.terminationReason == .exit else {
      return .failure(Failure(reason: "nginx did not end within \(Int(limit)) s"))
    }
    return .success(Said(status: process.terminationStatus, output: text, errors: said))
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
