import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `orders serve` by itself, with a socket of its own.
  @Suite("One responder")
  struct ServeTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    private func serve(_ options: [String]) throws -> Process {
      let process = Process()
      process.executableURL = URL(filePath: RunningService.binary)
      process.arguments = ["serve"] + options
      process.standardInput = FileHandle.nullDevice
      process.standardError = Pipe()
      try process.run()
      return process
    }

    /// Waits for its end; one that doesn't come is forced, and fails the test.
    private func awaitExit(_ process: Process) throws {
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      try patiently("the responder ends") { !process.isRunning }
    }

    /// What a start that fails says, and its exit status.
    private func failure(_ options: String...) async throws -> (status: Int32, said: String) {
      try await blocking {
        let process = try serve(options)
        let errors = process.standardError as? Pipe
        let said = String(decoding: errors?.fileHandleForReading.readDataToEndOfFile() ?? Data(), as: UTF8.self)
        try awaitExit(process)
        return (process.terminationStatus, said)
      }
    }

    private var store: String { "sqlite:\(folder.path)/orders.sqlite" }
    private var socket: String { folder.path + "/s" }

    @Test("refuses to start without a socket, with a wrong option, or on a file that isn't ours, and says why")
    func refusals() async throws {
      let nothing = try await failure("--store", store)
      #expect(nothing.status == 64)
      #expect(nothing.said.contains("nothing to listen on"))
      let wrong = try await failure("--store", "postgres://somewhere")
      #expect(wrong.status == 64)
      #expect(wrong.said.contains("--store <sqlite:PATH>"))
      let proxy = try await failure("--store", store, "--front-proxy", "10.0.0.0/8")
      #expect(proxy.status == 64)
      #expect(proxy.said.contains("--front-proxy is an IPv4 or IPv6 address"))
      let foreign = folder.path + "/letter"
      try Data("Dear reader,".utf8).write(to: URL(filePath: foreign))
      let unusable = try await failure("--store", "sqlite:" + foreign, "--socket", socket)
      #expect(unusable.status == 78)
      #expect(unusable.said.contains("not a database"))
      let untouched = try Data(contentsOf: URL(filePath: foreign))
      #expect(untouched == Data("Dear reader,".utf8))
      let long = try await failure("--store", store, "--socket", folder.path + "/" + String(repeating: "s", count: 108))
      #expect(long.status == 71)
      #expect(long.said.contains("File name too long"))
    }

    @Test("makes its socket for owner and group, refuses a live sibling's, and replaces a dead one's")
    func socketFile() async throws {
      try await blocking {
        let first = try serve(["--store", store, "--socket", socket])
        try patiently("the socket is there") { FileManager.default.fileExists(atPath: socket) }
        try patiently("it has its mode") {
          try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int == 0o660
        }
        let second = try serve(["--store", store, "--socket", socket])
        try awaitExit(second)
        #expect(second.terminationStatus == 75)
        #expect(first.isRunning)
        kill(first.processIdentifier, SIGKILL)
        try awaitExit(first)
        let third = try serve(["--store", store, "--socket", socket])
        let said = third.standardError as? Pipe
        let line = String(decoding: said?.fileHandleForReading.availableData ?? Data(), as: UTF8.self)
        #expect(line.contains("serving"))
        third.terminate()
        try awaitExit(third)
        #expect(third.terminationStatus == 0)
      }
    }

    @Test("ends well for each signal that asks it to", arguments: [SIGTERM, SIGINT, SIGQUIT, SIGUSR1])
    func signals(_ signal: Int32) async throws {
      try await blocking {
        let process = try serve(["--store", store, "--socket", socket])
        let said = process.standardError as? Pipe
        let line = String(decoding: said?.fileHandleForReading.availableData ?? Data(), as: UTF8.self)
        #expect(line.contains("serving"))
        // SIGPIPE is nobody's end.
        kill(process.processIdentifier, SIGPIPE)
        kill(process.processIdentifier, signal)
        try awaitExit(process)
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
      }
    }

    // Not SIGINT: a shell that runs the tests in the background has the responder ignore it until its handler is there.
    @Test("ends by them while it starts, and prints no backtrace", arguments: [SIGTERM, SIGQUIT, SIGUSR1])
    func earlySignals(_ signal: Int32) async throws {
      try await blocking {
        let process = try serve(["--store", store, "--socket", socket])
        let said = process.standardError as? Pipe
        let turn = folder.path + "/orders.sqlite-turn"
        try patiently("it opens its store") { FileManager.default.fileExists(atPath: turn) }
        kill(process.processIdentifier, signal)
        try awaitExit(process)
        let words = String(decoding: said?.fileHandleForReading.readDataToEndOfFile() ?? Data(), as: UTF8.self)
        #expect(!words.contains("crashed"), "\(words)")
      }
    }
  }
}
