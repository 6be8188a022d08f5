import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Programs as work, through nginx and two responders. Each end and limit is in `JobProgramsTests`, kills are in
  /// `Tests/Programs`.
  @Suite("Programs")
  struct ProgramTests {
    private let naps: Naps

    init() throws {
      naps = try Naps()
    }

    private func start() async throws -> RunningService {
      try await RunningService.start(kinds: naps.path)
    }

    @Test("a cancel through any process ends all that a program has started, and leaves its log")
    func cancel() async throws {
      let service = try await start()
      let seconds = naps.long()
      try await blocking {
        let client = service.client()
        #expect(try client.send("POST", "/naps", body: #"{"seconds":\#(seconds)}"#).status == 202)
        try patiently("both sleep") { naps.sleepers(seconds).count == 2 }
        #expect(try client.send("DELETE", "/naps/1/cancel").status == 204)
        try patiently("none sleeps") { naps.sleepers(seconds).isEmpty }
        try patiently("the log is there") { try client.send("GET", "/naps/1/log").status == 200 }
        let log = try client.send("GET", "/naps/1/log")
        #expect(log.text == "nap of 1, attempt 1\n")
        #expect(log["content-type"] == "text/plain; charset=utf-8")
      }
      try await service.stopsWell()
    }

    @Test("the death of its responder ends a program, and the next attempt begins in another process")
    func death() async throws {
      let service = try await start()
      let seconds = naps.long()
      try await blocking {
        let client = service.client()
        #expect(try client.send("POST", "/naps", body: #"{"seconds":\#(seconds)}"#).status == 202)
        try patiently("both sleep") { naps.sleepers(seconds).count == 2 }
        let first = Set(naps.sleepers(seconds))
        let responders = try service.responders()
        let holder = try #require(responders.first { responder in ancestors(of: first.first ?? 0).contains(responder) })
        kill(holder, SIGKILL)
        try patiently("the next attempt sleeps") {
          let now = Set(naps.sleepers(seconds))
          return now.count == 2 && now.isDisjoint(with: first)
        }
        #expect(try client.send("GET", "/naps/1/status").json["attempt"] as? Int == 2)
        #expect(try client.send("DELETE", "/naps/1/cancel").status == 204)
        try patiently("none sleeps") { naps.sleepers(seconds).isEmpty }
      }
      try await service.stopsWell()
    }

    @Test("a program ends in peace while its responder drains")
    func drain() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        #expect(try client.send("POST", "/naps", body: #"{"seconds":2}"#).status == 202)
        try patiently("it runs") { try client.send("GET", "/naps/1/status").json["status"] as? String == "running" }
        for responder in try service.responders() { kill(responder, SIGTERM) }
        try patiently("it is complete") {
          // A responder may not be there for a moment.
          (try? client.send("GET", "/naps/1/status").json["status"] as? String) == "complete"
        }
        let status = try client.send("GET", "/naps/1/status").json
        #expect(status["attempt"] as? Int == 1)
        #expect(try client.send("GET", "/naps/1/result").text == #"{"slept":2}"#)
      }
      try await service.stopsWell()
    }

    /// The parents of a process, the nearest first.
    private func ancestors(of pid: Int32) -> [Int32] {
      var found: [Int32] = []
      var pid = pid
      while pid > 1, let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let end = text.lastIndex(of: ")"),
        let parent = text[text.index(after: end)...].split(separator: " ").dropFirst().first.flatMap({ Int32($0) })
      {
        found.append(parent)
        pid = parent
      }
      return found
    }
  }
}
