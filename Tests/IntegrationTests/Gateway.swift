import Foundation
import Synchronization
import TestSupport
import Testing

/// A second nginx in front of a service's responders, from the shipped files as `deploy/up` filled them in, with what a
/// test wants otherwise. It speaks HTTP/1.1 on one port and HTTP/2 without TLS on another, and its access log tells
/// everything at once.
final class Gateway: Sendable {
  /// Other words in one of its files; not finding the old ones is a failure.
  struct Change {
    let file: String
    let old: String
    let new: String

    init(_ file: String, _ old: String, _ new: String) {
      self.file = file
      self.old = old
      self.new = new
    }
  }

  let port = freePort()
  let http2Port = freePort()
  private let folder: TemporaryFolder
  private let process: Mutex<Process?>

  /// `server` and `http` are lines for the end of those parts, `files` further ones beside the shipped.
  init(
    beside service: RunningService, server: String = "", http: String = "", changes: [Change] = [],
    files: [String: String] = [:]
  ) throws {
    folder = try TemporaryFolder()
    let shipped = service.data + "/run/\(service.port)"
    try FileManager.default.createDirectory(atPath: folder.path + "/logs", withIntermediateDirectories: false)
    for name in ["nginx.conf", "orders", "page"] {
      try FileManager.default.copyItem(atPath: shipped + "/" + name, toPath: folder.path + "/" + name)
    }
    let listen = "listen 127.0.0.1:\(service.port) "
    let told = " buffer=64k flush=1s if=$orders_told;"
    var changes = changes
    changes += [
      Change("nginx.conf", listen, "listen 127.0.0.1:\(http2Port) http2; listen 127.0.0.1:\(port) "),
      Change("nginx.conf", told, ";"),
      Change("nginx.conf", "\n  }\n}", "\n\(server)\n  }\n\(http)\n}"),
    ]
    for change in changes {
      let path = folder.path + "/" + change.file
      let text = try String(contentsOfFile: path, encoding: .utf8)
      guard text.contains(change.old) else {
        throw HTTPClient.Failure(description: "\(change.file) has no \(change.old)")
      }
      try text.replacing(change.old, with: change.new).write(toFile: path, atomically: false, encoding: .utf8)
    }
    for (name, text) in files {
      let parent = URL(filePath: folder.path + "/" + name).deletingLastPathComponent().path
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try text.write(toFile: folder.path + "/" + name, atomically: false, encoding: .utf8)
    }
    // Its workers read passwords and the page, and run as nginx's user; what deploy/up has written is root's own.
    try Self.openToAll(folder.path)
    let nginx = Process()
    nginx.executableURL = URL(filePath: "/usr/sbin/nginx")
    nginx.arguments = ["-p", folder.path + "/", "-e", "logs/error.log", "-c", "nginx.conf"]
    // The socket is named from there.
    nginx.currentDirectoryURL = URL(filePath: shipped)
    nginx.standardInput = FileHandle.nullDevice
    let output = folder.path + "/output"
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    nginx.standardError = try FileHandle(forUpdating: URL(filePath: output))
    try nginx.run()
    process = Mutex(nginx)
    try patiently("nginx takes connections") {
      guard nginx.isRunning else {
        throw HTTPClient.Failure(description: try String(contentsOfFile: output, encoding: .utf8))
      }
      return (try? HTTPClient(port: port).send("GET", "/.problem/404")) != nil
    }
  }

  deinit {
    end()
  }

  private static func openToAll(_ path: String) throws {
    let files = FileManager.default
    for name in [""] + (try files.subpathsOfDirectory(atPath: path)) {
      var isFolder: ObjCBool = false
      let file = path + "/" + name
      _ = files.fileExists(atPath: file, isDirectory: &isFolder)
      try files.setAttributes([.posixPermissions: isFolder.boolValue ? 0o755 : 0o644], ofItemAtPath: file)
    }
  }

  private func end() {
    guard let nginx = process.withLock({ $0.take() }) else { return }
    nginx.terminate()
    nginx.waitUntilExit()
  }

  /// Ends it; it must have had nothing alarming to say.
  func stopsWell(at location: SourceLocation = #_sourceLocation) throws {
    end()
    let errors = try String(contentsOfFile: folder.path + "/logs/error.log", encoding: .utf8)
    let alarms = errors.split(separator: "\n").filter { line in
      ["[alert]", "[crit]", "[emerg]"].contains { line.contains($0) }
    }
    #expect(alarms.isEmpty, sourceLocation: location)
  }

  func client(limit: Int = 30) -> HTTPClient { HTTPClient(port: port, limit: limit) }

  /// A request on a connection of its own.
  func send(
    over version: HTTPVersion, _ method: String, _ target: String, headers: [String: String] = [:],
    body: String? = nil
  ) throws -> HTTPClient.Answer {
    switch version {
    case .http1: try client().send(method, target, headers: headers, body: body)
    case .http2: try Curl.send(method, target, headers: headers, body: body, port: http2Port, "--http2-prior-knowledge")
    }
  }

  /// What the access log has of the requests that match, oldest first; waits until it has any.
  func told(_ what: String, _ matches: ([String: Any]) -> Bool) throws -> [[String: Any]] {
    var lines: [[String: Any]] = []
    try patiently("the access log has \(what)") {
      lines = try log("access").compactMap {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }.filter(matches)
      return !lines.isEmpty
    }
    return lines
  }

  /// The whole lines of a log.
  func log(_ name: String) throws -> [Substring] {
    let text = try String(contentsOfFile: folder.path + "/logs/\(name).log", encoding: .utf8)
    return text.lastIndex(of: "\n").map { text[...$0].split(separator: "\n") } ?? []
  }

  var path: String { folder.path }
}

enum HTTPVersion: String, CaseIterable, CustomTestStringConvertible {
  case http1 = "HTTP/1.1"
  case http2 = "HTTP/2.0"

  var testDescription: String { rawValue }
}

/// Expects a problem document made by nginx, whose `instance` is the request's id in nginx's access log.
func expectNginxProblem(
  _ answer: HTTPClient.Answer, _ status: Int, _ code: String, from gateway: Gateway,
  at location: SourceLocation = #_sourceLocation
) throws {
  expectProblem(answer, status, code, at: location)
  #expect(!answer.text.contains("<"), sourceLocation: location)
  let instance = try #require(answer.json["instance"] as? String, sourceLocation: location)
  let lines = try gateway.told(instance) { "urn:request:\($0["id"] as? String ?? "")" == instance }
  #expect(lines.count == 1 && lines[0]["status"] as? Int == status, "\(lines)", sourceLocation: location)
}
