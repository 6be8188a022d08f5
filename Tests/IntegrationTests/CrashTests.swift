import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `kill -9`, and what is left.
  @Suite("Crashes")
  struct CrashTests {
    @Test("orders of a killed responder run again in a sibling and complete")
    func takeOver() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--pace", "100ms"])
      try await blocking {
        let client = service.client()
        let ids = try (1...12).map { _ in try client.submit() }
        try patiently("all run") { try ids.allSatisfy { try client.status($0) == "running" } }
        let victim = try #require(try service.responders().first)
        let running = try ids.filter { try client.status($0) == "running" }
        #expect(running.count == 12)
        kill(victim, SIGKILL)
        for id in ids {
          try patiently("order \(id) completes") { (try? client.status(id)) == "complete" }
          #expect(
            try client.send("GET", "/orders/\(id)/result").text == #"{"id":\#(id),"products":["y","z"],"amount":250}"#)
        }
        let again = try ids.count { (try client.send("GET", "/orders/\($0)/status").json["attempt"] as? Int) == 2 }
        #expect(again > 0, "the killed one had none of them")
        try patiently("a new responder is there") { try service.responders().count == 2 }
        #expect(try service.responders().contains(victim) == false)
      }
      #expect(try await service.stop() == 0)
      #expect(try integrity(of: service.database) == "ok")
    }

    @Test("an order that got its 202 survives the death of all processes at once")
    func allAtOnce() async throws {
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(options: ["--jobs", "0"], folder: folder)
      let ids = try await blocking {
        let pids = try service.responders()
        let client = service.client()
        let ids = try (1...20).map { _ in try client.submit() }
        for pid in pids { kill(pid, SIGKILL) }
        return ids
      }
      _ = try await service.stop()
      let again = try await RunningService.start(folder: folder)
      try await blocking {
        let client = again.client()
        for id in ids {
          try patiently("order \(id) completes") { try client.status(id) == "complete" }
        }
        #expect(try client.submit() == ids.count + 1)
      }
      #expect(try await again.stop() == 0)
      #expect(try integrity(of: again.database) == "ok")
    }

    @Test("no order is lost while responders are killed again and again under load")
    func storm() async throws {
      let service = try await RunningService.start(processes: 3)
      let accepted = try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 1...4 {
          group.addTask {
            try await blocking {
              var ids: [Int] = []
              let deadline = Date(timeIntervalSinceNow: 4)
              let client = service.client()
              while Date() < deadline {
                // A killed responder cuts off what it was answering: nginx says 502, and the client doesn't know.
                if let answer = try? client.send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#),
                  answer.status == 202, let id = answer.json["id"] as? Int
                {
                  ids.append(id)
                }
              }
              return ids
            }
          }
        }
        group.addTask {
          try await blocking {
            for _ in 1...8 {
              Thread.sleep(forTimeInterval: 0.4)
              if let victim = (try? service.responders())?.randomElement() { kill(victim, SIGKILL) }
            }
            return []
          }
        }
        return try await group.reduce([], +)
      }
      #expect(accepted.count > 100)
      #expect(Set(accepted).count == accepted.count)
      try await blocking {
        let client = service.client()
        for id in accepted {
          // An order whose process died under it three times is failed as the contract says, not lost.
          try patiently("order \(id) ends") { ["complete", "failed"].contains(try client.status(id)) }
        }
      }
      #expect(try await service.stop() == 0)
      #expect(try integrity(of: service.database) == "ok")
    }

    @Test("SIGTERM under load cuts no request off")
    func termination() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--jobs", "0"])
      let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
        for number in 1...6 {
          group.addTask {
            try await blocking {
              let client = service.client()
              var statuses: [Int] = []
              let deadline = Date(timeIntervalSinceNow: 3)
              while Date() < deadline {
                let answer =
                  number % 2 == 0
                  ? try client.send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#)
                  : try client.send("GET", "/orders?limit=1")
                statuses.append(answer.status)
              }
              return statuses
            }
          }
        }
        group.addTask {
          try await blocking {
            for _ in 1...3 {
              Thread.sleep(forTimeInterval: 0.7)
              // Never the last one: a responder that is told to stop hands over to its sibling.
              let pids = try service.responders()
              if pids.count > 1, let pid = pids.first { kill(pid, SIGTERM) }
            }
            return []
          }
        }
        return try await group.reduce([], +)
      }
      #expect(statuses.count > 100)
      #expect(statuses.allSatisfy { $0 == 200 || $0 == 202 }, "\(Set(statuses))")
      #expect(try await service.stop() == 0)
    }
  }
}

/// What SQLite says of the file: "ok".
func integrity(of database: String) throws -> String {
  let check = Process()
  check.executableURL = URL(filePath: "/usr/bin/sqlite3")
  check.arguments = [database, "PRAGMA integrity_check"]
  let output = Pipe()
  check.standardOutput = output
  try check.run()
  check.waitUntilExit()
  return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    .trimmingCharacters(in: .whitespacesAndNewlines)
}
