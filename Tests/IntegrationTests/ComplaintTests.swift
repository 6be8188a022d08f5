import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// What users of such services complain about, a test for each complaint. Other suites go deeper into most of them.
  @Suite("Complaints", .served(processes: 3, "--pace", "20ms", "--jobs", "4"))
  struct ComplaintTests {
    private static let order = #"{"products":["a"],"amount":1}"#

    @Test(
      """
      cancel acknowledged and then the job completes anyway; a cancel that overwrites a finished job; a cancel that \
      can't be repeated
      """)
    func cancels() async throws {
      try await served { service in
        // Each takes 80 ms, and is cancelled somewhere on its way.
        var (acknowledged, refused): ([Int], [Int]) = ([], [])
        for round in 0..<40 {
          let id = try service.client().submit(Self.order)
          Thread.sleep(forTimeInterval: Double(round) * 0.003)
          let cancel = try service.client().send("DELETE", "/orders/\(id)/cancel")
          if cancel.status == 204 {
            acknowledged.append(id)
          } else {
            expectProblem(cancel, 409, "order-already-finished")
            refused.append(id)
          }
        }
        #expect(acknowledged.count > 5 && refused.count > 5)
        // What begins now ends after all of them would have.
        let later = try service.client().send("POST", "/orders", headers: ["Prefer": "wait=20"], body: Self.order)
        #expect(later.status == 201)
        for _ in 1...2 {
          for id in acknowledged {
            #expect(try service.client().status(id) == "cancelled")
            let result = try service.client().send("GET", "/orders/\(id)/result")
            expectProblem(result, 409, "order-cancelled")
            #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204)
          }
          for id in refused {
            #expect(try service.client().status(id) == "complete")
            let result = try service.client().send("GET", "/orders/\(id)/result")
            #expect(result.text == #"{"id":\#(id),"products":["a"],"amount":1}"#)
            expectProblem(
              try service.client().send("DELETE", "/orders/\(id)/cancel"), 409, "order-already-finished")
          }
        }
      }
    }

    @Test(
      "404 right after the 202 because another process answered; a result that is gone while its status says complete")
    func gone() async throws {
      let service = try #require(Served.service)
      _ = try await concurrently(4) { _ in
        for _ in 1...25 {
          let accepted = try service.client().send("POST", "/orders", body: Self.order)
          let location = try #require(accepted["location"])
          let id = try #require(accepted.json["id"] as? Int)
          // A connection of its own each time: any process.
          for target in [location, "/orders/\(id)", location] {
            #expect(try service.client().send("GET", target).status == 200, "\(target)")
          }
          #expect(try service.client().send("GET", "/orders?ids=\(id)").ids == [id])
          expectProblem(try service.client().send("GET", "/orders/\(id)/result"), 409, "order-not-finished")
          try patiently("order \(id) is complete") { try service.client().status(id) == "complete" }
          for _ in 1...3 { #expect(try service.client().send("GET", "/orders/\(id)/result").status == 200) }
        }
      }
    }

    @Test(
      "jobs that stay running for ever after a crash; live jobs that are run twice because a timer thought them dead")
    func leases() async throws {
      let service = try await RunningService.start(options: ["--lease", "1s", "--pace", "300ms", "--jobs", "4"])
      try await blocking {
        let client = service.client()
        // Each takes three times the time after which a silent process is thought dead.
        let ids = try (1...8).map { _ in try client.submit(products: 8) }
        try patiently("all run") { try ids.allSatisfy { try client.status($0) == "running" } }
        let held = try service.responders().map { ($0, try service.orders(of: $0)) }
        let (victim, lost) = try #require(held.min { $0.1.count < $1.1.count && !$0.1.isEmpty })
        kill(victim, SIGKILL)
        for id in ids {
          let end = try service.insist("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"], patience: 25)
          #expect(end.json["status"] as? String == "complete")
          #expect(end.json["attempt"] as? Int == (lost.contains(id) ? 2 : 1), "order \(id)")
        }
        #expect(!lost.isEmpty && lost.count < 8)
      }
      try await service.stopsWell()
    }

    @Test("duplicates after a retried submit; an idempotency key wedged for a day by a crash")
    func retries() async throws {
      let service = try await RunningService.start()
      try await blocking {
        var ids: [Int] = []
        for round in 1...10 {
          let headers = ["Idempotency-Key": "order-\(round)", "Prefer": "wait=20"]
          let client = service.client(limit: 5)
          let request =
            "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: order-\(round)\r\n"
            + "Prefer: wait=20\r\nContent-Length: \(Self.order.utf8.count)\r\n\r\n" + Self.order
          try client.write(Array(request.utf8))
          // Whatever becomes of the first one: nobody has read its answer.
          for pid in try service.responders() { kill(pid, SIGKILL) }
          client.disconnect()
          let took = try seconds {
            let answer = try service.insist("POST", "/orders", headers: headers, body: Self.order, patience: 10)
            #expect([201, 202].contains(answer.status), "\(answer.text)")
            ids.append(try #require(answer.json["id"] as? Int))
          }
          #expect(took < 10)
        }
        #expect(ids == Array(1...10))
        #expect(try service.insist("GET", "/orders").ids == ids)
      }
      try await service.stopsWell()
    }

    @Test("progress that jumps back, exceeds 100, says 100 before the result is there")
    func progress() async throws {
      try await served { service in
        let id = try service.client().submit(products: 50)
        var (seen, killed): ([Int], Int32?) = ([], nil)
        try patiently("it is complete") {
          let status = try service.insist("GET", "/orders/\(id)/status").json
          let percent = try #require((status["progress"] as? [String: Any])?["percent"] as? Int)
          if seen.last != percent { seen.append(percent) }
          let isComplete = status["status"] as? String == "complete"
          #expect((percent == 100) == isComplete, "\(percent) and \(status["status"] ?? "")")
          if percent == 100 {
            let result = try service.insist("GET", "/orders/\(id)/result")
            #expect(result.status == 200)
          }
          if killed == nil, percent >= 50 {
            killed = try service.responders().first { try service.orders(of: $0).contains(id) }
            if let killed { kill(killed, SIGKILL) }
          }
          return isComplete
        }
        #expect(seen == seen.sorted() && seen.last == 100, "\(seen)")
        #expect(killed != nil)
        try patiently("all processes are there again") { (try? service.responders().count) == 3 }
      }
    }

    @Test(
      """
      HTML error pages from nginx in a JSON client; Location with the wrong port; Retry-After missing on the first \
      reply
      """)
    func firstReply() async throws {
      try await served { service in
        let bad = [
          "GET /unknown HTTP/1.1\r\nHost: x\r\n\r\n", "BAD\r\n\r\n", "TRACE /orders HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /\(String(repeating: "a", count: 40_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
        ]
        for request in bad {
          let answer = try service.client().exchange(request)
          expectProblem(answer, answer.status)
          #expect(answer.status >= 400 && !answer.text.contains("<"))
        }
        for host in ["x", "orders.example:8443", "[::1]:1"] {
          let accepted = try service.client().exchange(
            "POST /orders HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/json\r\nX-Forwarded-Port: 9\r\n"
              + "Content-Length: \(Self.order.utf8.count)\r\n\r\n\(Self.order)")
          let id = try #require(accepted.json["id"] as? Int)
          #expect(accepted["location"] == "/orders/\(id)/status")
          #expect(accepted["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          let status = try service.client().send("GET", "/orders/\(id)/status")
          #expect(status["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
      }
    }

    @Test("lists that skip or repeat while orders come and go; a list that slows down with age")
    func lists() async throws {
      let service = try await RunningService.start(options: ["--jobs", "0"])
      @Sendable func fill(_ count: Int) async throws {
        _ = try await concurrently(8) { _ in
          let client = service.client()
          for _ in 0..<count / 8 { _ = try client.submit(Self.order) }
        }
      }
      /// The fastest of many, for another test of the machine may come between.
      @Sendable func fastest(_ target: String) throws -> Double {
        let client = service.client()
        return try (1...100).map { _ in
          try seconds {
            let page = try client.send("GET", target)
            #expect(page.ids.count == 50, "\(target)")
          }
        }.min() ?? 0
      }
      let targets = ["/orders", "/orders?order=desc", "/orders?status=started&order=desc"]
      try await fill(104)
      let young = try await blocking { try targets.map(fastest) }
      try await fill(20_000)
      let old = try await blocking {
        let next = try #require(try service.client().send("GET", "/orders?limit=1000").json["next"] as? String)
        let middle = next.replacing("limit=1000", with: "limit=50")
        return try (targets + [middle]).map(fastest)
      }
      let slowest = try #require(old.max())
      #expect(slowest < 3 * (try #require(young.max())), "\(young), \(old)")

      let before = try await blocking { try service.client().send("GET", "/orders?limit=300").ids }
      let (_, walks) = try await beside(2) { goesOn in
        var walks: [[Int]] = []
        while goesOn() {
          var (ids, target): ([Int], String?) = ([], "/orders?limit=7&status=started&ids=\(list(before))")
          while let page = target {
            let answer = try service.client().send("GET", page)
            ids += answer.ids
            target = answer.json["next"] as? String
          }
          walks.append(ids)
        }
        return walks
      } _: {
        // Every third one goes, and others come.
        for id in before where id % 3 == 0 {
          #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204)
          _ = try service.client().submit(Self.order)
        }
      }
      let stayed = before.filter { $0 % 3 != 0 }
      #expect(walks.flatMap { $0 }.count >= 2)
      for ids in walks.flatMap({ $0 }) {
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        #expect(Set(ids).isSuperset(of: stayed))
      }
      try await service.stopsWell()
    }

    @Test(
      "polling that costs as much as working: an ETag makes it 304, a wait makes it one request, ids= makes it one for all"
    )
    func polling() async throws {
      try await served { service in
        let client = service.client()
        let long = try client.submit(products: 1000)
        try patiently("it runs") { try client.status(long) == "running" }
        _ = try client.send("DELETE", "/orders/\(long)/cancel")
        for target in ["/orders/\(long)/status", "/orders/\(long)", "/orders?ids=\(long)"] {
          let first = try client.send("GET", target)
          let tag = try #require(first["etag"])
          #expect(first["cache-control"] == "no-cache")
          let again = try service.client().send("GET", target, headers: ["If-None-Match": tag])
          #expect(again.status == 304 && again.body.isEmpty)
        }

        // One request from the submission to the end, through whichever process.
        let id = try client.submit(products: 20)
        let end = try service.client().send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=30"])
        #expect(end.json["status"] as? String == "complete" && end["preference-applied"] == "wait=30")

        let ids = try (1...40).map { _ in try client.submit(Self.order) }
        var all: HTTPClient.Answer?
        try patiently("all are complete") {
          let answer = try client.send("GET", "/orders?ids=\(list(ids))")
          all = answer
          return (answer.json["orders"] as? [[String: Any]])?.allSatisfy { $0["status"] as? String == "complete" }
            == true
        }
        #expect(all?.ids == ids)
      }
    }
  }
}

private func list(_ ids: [Int]) -> String { ids.map(String.init).joined(separator: ",") }
