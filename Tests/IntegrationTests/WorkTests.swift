import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Work that a test puts in (Tests/SecondKind): what it starts, and how it ends.
  @Suite("Work of one's own")
  struct WorkTests {
    private func start() async throws -> RunningService {
      try await RunningService.start(binary: RunningService.built("ReportService"))
    }

    private static func status(_ path: String, _ client: HTTPClient) throws -> [String: Any] {
      try client.send("GET", path + "/status", headers: ["Prefer": "wait=30"]).json
    }

    @Test("ends the program that it started when its job is cancelled")
    func cancelled() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        for id in 1...4 {
          _ = try client.send("POST", "/programs", body: #"{"command":"/bin/sleep 600"}"#)
          var program: Int32?
          try patiently("its program runs") {
            let progress = try client.send("GET", "/programs/\(id)/status").json["progress"] as? [String: Any]
            program = (progress?["step"] as? String).flatMap { Int32($0) }
            return program != nil
          }
          let pid = try #require(program)
          #expect(kill(pid, 0) == 0)
          let cancel = try service.client().send("DELETE", "/programs/\(id)/cancel")
          #expect(cancel.status == 204)
          try patiently("the program is gone") { kill(pid, 0) != 0 }
        }
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("starts programs that block and ignore no signal, and whose standard input is empty")
    func inherited() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        func output(_ command: String) throws -> String {
          let id = try #require(
            try client.send("POST", "/programs", body: #"{"command":"\#(command)"}"#).json["id"] as? Int)
          return try client.send("GET", "/programs/\(id)/result", headers: ["Prefer": "wait=30"]).text
        }
        let signals = try output("/bin/cat /proc/self/status")
        for name in ["SigBlk", "SigIgn"] {
          let line = try #require(signals.split(separator: "\n").first { $0.hasPrefix(name) })
          // glibc's posix_spawn(3) itself ignores 32 and 33 in the child, which are its own.
          let value = try #require(UInt64(line.split(separator: "\t")[1], radix: 16)) & ~0x1_8000_0000
          #expect(value == 0, "\(line)")
        }
        #expect(try output("/usr/bin/readlink /proc/self/fd/0") == "/dev/null\n")
        // Would wait for a client otherwise, or take one from the responders.
        #expect(try output("/bin/cat /dev/stdin") == "")
      }
    }

    @Test("doesn't take the signals that are meant for its process")
    func signals() async throws {
      let service = try await RunningService.start(options: ["--pace", "20ms"])
      try await blocking {
        let client = service.client()
        let ids = try (1...16).map { _ in try client.submit(products: 100) }
        try patiently("work runs in both processes") {
          let processes = try client.send("GET", "/healthz").json["processes"] as? [[String: Any]] ?? []
          return processes.count == 2 && processes.allSatisfy { ($0["running"] as? Int ?? 0) > 0 }
        }
        let responders = try service.responders()
        for _ in 1...200 {
          for responder in responders {
            kill(responder, SIGHUP)
            kill(responder, SIGPIPE)
          }
        }
        for id in ids {
          let end = try Self.status("/orders/\(id)", client)
          #expect(end["status"] as? String == "complete")
          #expect(end["attempt"] as? Int == 1)
        }
        #expect(try service.responders() == responders)
        // Each is told to end while it works, by each signal that may say so; what replaces it takes part as it did.
        for (signal, name) in [(SIGTERM, "TERM"), (SIGUSR1, "USR1"), (SIGINT, "INT"), (SIGQUIT, "QUIT")] {
          let id = try client.submit(products: 100)
          try patiently("it runs") { try client.status(id) == "running" }
          let before = try service.responders()
          for responder in before { kill(responder, signal) }
          try patiently("both are replaced after \(name)") {
            let now = (try? service.responders()) ?? []
            return now.count == 2 && now.allSatisfy { !before.contains($0) }
          }
          let end = try Self.status("/orders/\(id)", client)
          #expect(end["status"] as? String == "complete")
          // Given back without charge, which a process that was killed by the signal can't do.
          #expect(end["attempt"] as? Int == 1, "after \(name)")
        }
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("that returns more than a result may have fails with a code of its own, at its first attempt")
    func large() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        _ = try client.send("POST", "/odds", body: #"{"way":"large"}"#)
        let end = try Self.status("/odds/1", client)
        #expect(end["status"] as? String == "failed")
        #expect(end["attempt"] as? Int == 1)
        #expect((end["error"] as? [String: Any])?["code"] as? String == "result-too-large")
        let result = try client.send("GET", "/odds/1/result")
        expectProblem(result, 409, "odd-failed")
      }
    }

    @Test("that fails with codes and details that are none still makes problem documents of it")
    func failures() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        let expected = [
          ("blanks", "work-failed", "no paper left: The printer is out of paper."),
          ("no code", "work-failed", "The printer is out of paper."), ("long", "long", nil),
        ]
        for (index, (way, code, detail)) in expected.enumerated() {
          _ = try client.send("POST", "/odds", body: #"{"way":"\#(way)"}"#)
          let end = try client.send("GET", "/odds/\(index + 1)/status", headers: ["Prefer": "wait=30"])
          let error = try #require(end.json["error"] as? [String: Any])
          #expect(error["code"] as? String == code)
          #expect(error["type"] as? String == "urn:orders:problem:" + code)
          if let detail { #expect(error["detail"] as? String == detail) }
          #expect(end.body.count < 8192, "the status takes \(end.body.count) bytes")
          let step = (end.json["progress"] as? [String: Any])?["step"] as? String ?? ""
          #expect(step.utf8.count <= 256)
        }
      }
    }

    @Test("of no kind at all: the service doesn't start, and says why in one line")
    func noKind() async throws {
      let folder = try TemporaryFolder()
      try await blocking {
        let listener = try Self.listeningSocket(folder.path + "/s")
        let process = Process()
        process.executableURL = URL(filePath: RunningService.binary)
        process.arguments = ["serve", "--store", "sqlite:\(folder.path)/orders.sqlite", "--no-builtin-kinds"]
        let output = Pipe()
        process.standardInput = listener
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        try patiently("it ends") { !process.isRunning }
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 78)
        let lines = said.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(said.contains("there is no kind of work"), "\(said)")
      }
    }

    private static func listeningSocket(_ path: String) throws -> FileHandle {
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0 && listen(descriptor, 16) == 0)
      return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
  }
}
