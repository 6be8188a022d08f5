import Foundation
import Synchronization

/// The product as a user runs it: `deploy/up` on a free port with its data in a temporary folder, real nginx, real
/// responders. Stopped when the value goes, also when a test fails.
public final class RunningService: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let port: Int
  public let data: String
  private let folder: TemporaryFolder
  private let process: Mutex<Process?>

  /// Starts it and waits until all its processes answer. `options` go to `orders serve`. A `folder` of an earlier one takes over its data;
  /// `binary` runs instead of the shipped one. `kinds` is a folder with kind files. `command` runs instead of this checkout's
  /// `deploy/up`.
  public static func start(
    processes: Int = 2, options: [String] = ["--pace", "0s"], folder: TemporaryFolder? = nil,
    binary: String = RunningService.binary, kinds: String? = nil,
    command: [String] = [RunningService.repository + "/deploy/up"]
  ) async throws -> RunningService {
    let folder = try folder ?? TemporaryFolder()
    let command = command + (kinds.map { ["--kinds", $0] } ?? [])
    return try await blocking {
      try RunningService(processes: processes, options: options, folder: folder, binary: binary, command: command)
    }
  }

  private init(
    processes: Int, options: [String], folder: TemporaryFolder, binary: String, command: [String]
  ) throws {
    self.folder = folder
    port = freePort()
    data = folder.path + "/data"
    let up = Process()
    up.executableURL = URL(filePath: command[0])
    up.arguments =
      command.dropFirst() + ["--no-build", "--port", "\(port)", "--processes", "\(processes)", "--data", data, "--"]
      + options
    // Some machines have a proxy for everything; what is here is no matter of its.
    up.environment = ProcessInfo.processInfo.environment.merging([
      "ORDERS_BINARY": binary, "http_proxy": "http://127.0.0.1:9", "CDPATH": "/usr",
    ]) { $1 }
    let log = folder.path + "/up-\(port).log"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = try FileHandle(forUpdating: URL(filePath: log))
    up.standardOutput = output
    up.standardError = output
    up.standardInput = FileHandle.nullDevice
    try up.run()
    process = Mutex(up)
    let deadline = Date(timeIntervalSinceNow: 60)
    while true {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if text.contains("ready: http://127.0.0.1:\(port)/") { break }
      guard up.isRunning, Date() < deadline else {
        up.terminate()
        throw Failure(description: "deploy/up did not get ready:\n\(text)")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    while try responders().count < processes {
      guard Date() < deadline else { throw Failure(description: "not all responders came up:\n\(self.log)") }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  deinit {
    if let process = process.withLock({ $0.take() }) { Self.end(process) }
  }

  /// The first SIGTERM asks, as a user would; where that takes too long the second doesn't wait, so that nothing stays.
  @discardableResult
  private static func end(_ process: Process) -> Int32 {
    let deadline = Date(timeIntervalSinceNow: 45)
    process.terminate()
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.005) }
    guard process.isRunning else { return process.terminationStatus }
    process.terminate()
    process.waitUntilExit()
    return -1
  }

  /// The checkout that these tests belong to.
  public static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The shipped binary: `ORDERS_BINARY`, or the release build of this checkout.
  public static var binary: String {
    ProcessInfo.processInfo.environment["ORDERS_BINARY"] ?? repository + "/.build/release/orders"
  }

  /// An executable that was built together with these tests.
  public static func built(_ name: String) throws -> String {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests).deletingLastPathComponent().appending(path: name).path
  }

  public var database: String { data + "/orders.sqlite" }

  /// A client with a connection of its own.
  public func client(limit: Int = 30) -> HTTPClient { HTTPClient(port: port, limit: limit) }

  /// Ends it as a user would (SIGTERM to `deploy/up`) and returns its exit status; -1 where it had to be forced.
  public func stop() async throws -> Int32 {
    guard let process = process.withLock({ $0.take() }) else { return 0 }
    return try await blocking { Self.end(process) }
  }

  /// Everything that `deploy/up`, the responders and nginx said.
  public var log: String {
    (try? String(contentsOfFile: folder.path + "/up-\(port).log", encoding: .utf8)) ?? ""
  }

  /// nginx's error log.
  public var nginxErrors: String {
    (try? String(contentsOfFile: data + "/run/\(port)/logs/error.log", encoding: .utf8)) ?? ""
  }

  /// The process ids of the responders that live, oldest first.
  public func responders() throws -> [Int32] {
    let answer = try client().send("GET", "/healthz")
    let processes = answer.json["processes"] as? [[String: Any]] ?? []
    return processes.compactMap { ($0["pid"] as? Int).map(Int32.init) }
  }
}
