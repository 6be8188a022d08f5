import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("The status document", .served(processes: 2, "--pace", "30ms", "--jobs", "1"))
  struct StatusDocumentTests {
    private static let always: Set = ["id", "status", "done", "progress", "createdAt", "updatedAt", "attempt"]

    @Test("has the members that are known in each status, and times in UTC with milliseconds")
    func members() async throws {
      try await served { service in
        let client = service.client()
        // One for each process; the next one waits.
        let running = try (1...2).map { _ in try client.submit(products: 1000) }
        try patiently("both run") { try running.allSatisfy { try client.status($0) == "running" } }
        let waiting = try client.submit(products: 2)

        let started = try client.document(waiting)
        #expect(Set(started.keys) == Self.always)
        #expect(started["status"] as? String == "started")
        #expect(started["done"] as? Bool == false)
        #expect((started["progress"] as? [String: Any])?["percent"] as? Int == 0)

        try patiently("it has a step") {
          (try client.document(running[0])["progress"] as? [String: Any])?["step"] != nil
        }
        let document = try client.document(running[0])
        #expect(Set(document.keys) == Self.always.union(["startedAt"]))
        let progress = try #require(document["progress"] as? [String: Any])
        #expect(Set(progress.keys) == ["percent", "step", "completed", "total"])
        #expect(progress["step"] as? String == "products")
        #expect(progress["total"] as? Int == 1003)
        #expect(document["attempt"] as? Int == 1)

        #expect(try client.send("DELETE", "/orders/\(running[0])/cancel").status == 204)
        #expect(Set(try client.document(running[0]).keys) == Self.always.union(["startedAt", "finishedAt"]))
        _ = try client.send("GET", "/orders/\(waiting)/status", headers: ["Prefer": "wait=10"])
        let complete = try client.document(waiting)
        #expect(Set(complete.keys) == Self.always.union(["startedAt", "finishedAt"]))
        let times = ["createdAt", "startedAt", "updatedAt", "finishedAt"].compactMap { complete[$0] as? String }
        #expect(times == times.sorted() || times[2] == times[3], "\(times)")

        let never = try client.submit(products: 1000)
        let unbegun = try client.submit(products: 1)
        #expect(try client.send("DELETE", "/orders/\(unbegun)/cancel").status == 204)
        #expect(Set(try client.document(unbegun).keys) == Self.always.union(["finishedAt"]))
        for id in running + [never] { _ = try client.send("DELETE", "/orders/\(id)/cancel") }
      }
    }

    @Test("percent never falls, stays below 100 until the order is complete, and Retry-After until it is final")
    func progress() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 40)
        var seen: [Int] = []
        var steps: [String] = []
        while true {
          // Any process may be asked: a connection of its own each time.
          let answer = try service.client().send("GET", "/orders/\(id)/status")
          let progress = try #require(answer.json["progress"] as? [String: Any])
          let percent = try #require(progress["percent"] as? Int)
          if let last = seen.last { #expect(percent >= last) }
          if seen.last != percent { seen.append(percent) }
          if let step = progress["step"] as? String, steps.last != step { steps.append(step) }
          let completed = try #require(progress["completed"] as? Int)
          let total = try #require(progress["total"] as? Int)
          #expect(completed <= total)
          guard answer.json["status"] as? String != "complete" else {
            #expect(percent == 100)
            #expect(completed == 43 && total == 43)
            #expect(answer["retry-after"] == nil)
            break
          }
          #expect(percent <= 99)
          #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          Thread.sleep(forTimeInterval: 0.002)
        }
        // 1.3 s of work, told a few times a second.
        #expect(seen.count >= 4, "\(seen)")
        #expect(steps.first == "products" && steps.last == "save", "\(steps)")
      }
    }

    @Test("percent is the highest of all attempts; step, completed, total are the current one's; startedAt the first")
    func attempts() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 100)
        try patiently("it is half done") { try client.progress(id) ?? 0 >= 50 }
        let holder = try #require(try service.responders().first { try service.orders(of: $0).contains(id) })
        let before = try client.document(id)
        kill(holder, SIGKILL)
        var (seen, again): ([Int], [String: Any]) = ([], [:])
        try patiently("it runs again, and has told of it") {
          again = try service.insist("GET", "/orders/\(id)/status").json
          let progress = again["progress"] as? [String: Any]
          seen.append(progress?["percent"] as? Int ?? 0)
          return again["attempt"] as? Int == 2 && progress?["total"] as? Int == 103
        }
        #expect(seen == seen.sorted() && seen.first ?? 0 >= 50, "\(seen)")
        let completed = try #require((again["progress"] as? [String: Any])?["completed"] as? Int)
        #expect(completed < 40)
        #expect(again["startedAt"] as? String == before["startedAt"] as? String)
        #expect(again["createdAt"] as? String == before["createdAt"] as? String)
        #expect(try client.send("DELETE", "/orders/\(id)/cancel").status == 204)
        try patiently("both processes are there again") { (try? service.responders().count) == 2 }
      }
    }
  }
}

extension HTTPClient {
  /// The status document, whose times have to be well-formed.
  fileprivate func document(_ id: Int) throws -> [String: Any] {
    let answer = try send("GET", "/orders/\(id)/status")
    #expect(answer.status == 200)
    #expect(answer["content-type"] == "application/json")
    #expect(answer.json["id"] as? Int == id)
    for name in ["createdAt", "startedAt", "updatedAt", "finishedAt"] {
      guard let time = answer.json[name] else { continue }
      let text = try #require(time as? String)
      let isWellFormed = text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil
      #expect(isWellFormed, "\(name): \(text)")
    }
    return answer.json
  }
}
