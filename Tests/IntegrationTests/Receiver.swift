import Foundation
import Synchronization
import TestSupport

/// A receiver of callbacks (see Tests/Receiver/receive.py), with the secret it shares with the service. Ends with the value.
final class Receiver: Sendable {
  /// One request it got.
  struct Note: Sendable {
    let path: String
    let id: String
    let status: Int
    /// By the reference library.
    let isVerified: Bool
    let agent: String
    let type: String
    let order: Int
    let outcome: String
    let document: String
  }

  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  let folder: TemporaryFolder
  let port: Int
  private let process: Process

  init(port: Int = 0, folder: TemporaryFolder? = nil) throws {
    self.folder = try folder ?? TemporaryFolder()
    let python = RunningService.repository + "/.build-venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw HTTPClient.Failure(description: "there is no \(python): deploy/test makes it")
    }
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [
      "-B", RunningService.repository + "/Tests/Receiver/receive.py", "\(port)", self.folder.path + "/notes",
      Self.secret,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.process = process
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .newlines)) else {
      kill(process.processIdentifier, SIGKILL)
      throw HTTPClient.Failure(description: "the receiver did not start; deploy/test installs what it needs")
    }
    self.port = port
    try (Self.secret + "\n").write(toFile: secrets, atomically: false, encoding: .utf8)
    chmod(secrets, 0o600)
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The file for `--callbacks`.
  var secrets: String { folder.path + "/secrets" }

  /// What `orders serve` needs to call it, again soon.
  var options: [String] {
    ["--callbacks", secrets, "--callback-allow", "127.0.0.0/8", "--callback-pause", "100ms"]
  }

  var hasConnections: Bool { (try? lines().isEmpty) == false }

  func notes() throws -> [Note] {
    try lines().compactMap { line in
      guard let body = line["body"] as? [String: Any], let data = body["data"] as? [String: Any] else { return nil }
      return Note(
        path: line["path"] as? String ?? "", id: line["id"] as? String ?? "", status: line["status"] as? Int ?? 0,
        isVerified: line["verified"] as? Bool == true, agent: line["agent"] as? String ?? "",
        type: line["type"] as? String ?? "", order: data["id"] as? Int ?? 0, outcome: body["type"] as? String ?? "",
        document: String(
          decoding: try JSONSerialization.data(withJSONObject: data, options: .sortedKeys), as: UTF8.self))
    }
  }

  /// An order that calls here, as the body of a POST.
  func order(_ path: String, products: Int = 1) -> String {
    let products = repeatElement(#""a""#, count: products).joined(separator: ",")
    return #"{"products":[\#(products)],"amount":1,"callback":"http://127.0.0.1:\#(port)\#(path)"}"#
  }

  private func lines() throws -> [[String: Any]] {
    let text = (try? String(contentsOfFile: folder.path + "/notes", encoding: .utf8)) ?? ""
    // The last one may be half written.
    return text.split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    }
  }
}
