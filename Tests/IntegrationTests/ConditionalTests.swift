import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Conditional requests", .served(processes: 2, "--pace", "100ms", "--jobs", "1"))
  struct ConditionalTests {
    @Test("a resource that changes has a strong tag, which makes an unchanged one 304 in every process")
    func unchanged() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 1)
        _ = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"])
        for target in ["/orders", "/orders/\(id)", "/orders/\(id)/status", "/orders/\(id)/result", "/orders?ids=\(id)"]
        {
          let first = try client.send("GET", target)
          let tag = try #require(first["etag"], "\(target)")
          let isWellFormed = tag.wholeMatch(of: #/"[!#-~]+-[0-9]+[!#-~]*"/#) != nil
          #expect(isWellFormed, "\(tag)")
          #expect(first["cache-control"] == "no-cache", "\(target)")
          for value in [tag, "W/\(tag)", "\"x\", \(tag)", "*", "\(tag),\"y\""] {
            let answer = try service.client().send("GET", target, headers: ["If-None-Match": value])
            #expect(answer.status == 304, "\(target) \(value)")
            #expect(answer.body.isEmpty)
            #expect(answer["etag"] == tag && answer["cache-control"] == "no-cache")
          }
          for value in ["\"x\"", tag.replacing("\"", with: ""), "\"\"", "nonsense", "W/"] {
            let answer = try service.client().send("GET", target, headers: ["If-None-Match": value])
            #expect(answer.status == 200 && answer.body == first.body, "\(target) \(value)")
          }
        }
      }
    }

    @Test("DELETE …/cancel with If-Match: \"nonsense\" is 412, and cancels nothing; under the order's tag it is 204")
    func cancel() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 1000)
        let path = "/orders/\(id)/cancel"
        for headers in [["If-Match": #""nonsense""#], ["If-Match": "nonsense"], ["If-None-Match": "*"]] {
          expectProblem(try client.send("DELETE", path, headers: headers), 412, "precondition-failed", "\(headers)")
        }
        #expect(["started", "running"].contains(try client.status(id)))
        // A running order has a new tag with each report: who is late is told so, and looks again.
        var answer = try client.send("DELETE", path, headers: ["If-Match": "W/\"x\""])
        for _ in 1...100 where answer.status == 412 {
          let tag = try #require(try client.send("GET", "/orders/\(id)")["etag"])
          answer = try service.client().send("DELETE", path, headers: ["If-Match": tag])
        }
        #expect(answer.status == 204)
        #expect(try client.send("DELETE", path, headers: ["If-Match": #""nonsense""#]).status == 204)
        let read = try client.send("GET", "/orders/\(id)/status", headers: ["If-Match": #""nonsense""#])
        expectProblem(read, 412, "precondition-failed", "read")
        let post = try client.send(
          "POST", "/orders", headers: ["If-None-Match": "*", "Content-Type": "application/json"],
          body: #"{"products":["x"],"amount":1}"#)
        expectProblem(post, 412, "precondition-failed", "POST")
      }
    }

    @Test("every change changes the tag, of the order and of the list")
    func changed() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 1000)
        let targets = ["/orders", "/orders/\(id)", "/orders/\(id)/status"]
        let tags = try targets.map { try client.send("GET", $0)["etag"] }
        #expect(try client.send("DELETE", "/orders/\(id)/cancel").status == 204)
        for (target, tag) in zip(targets, tags) {
          let tag = try #require(tag)
          let answer = try service.client().send("GET", target, headers: ["If-None-Match": tag])
          #expect(answer.status == 200, "\(target)")
          #expect(answer["etag"] != tag)
          #expect(answer.text.contains(#""status":"cancelled""#))
        }
      }
    }

    @Test("with a wait too, a status is held until it differs, else 304")
    func longPoll() async throws {
      try await served { service in
        let client = service.client()
        // One for each process; the third one waits, and nothing changes about it.
        let long = try (1...2).map { _ in try client.submit(products: 1000) }
        try patiently("both run") { try long.allSatisfy { try client.status($0) == "running" } }
        let waiting = try client.submit(products: 1)
        let tag = try #require(try client.send("GET", "/orders/\(waiting)/status")["etag"])
        let time = try seconds {
          let same = try client.send(
            "GET", "/orders/\(waiting)/status", headers: ["If-None-Match": tag, "Prefer": "wait=1"])
          #expect(same.status == 304)
          #expect(same["etag"] == tag && same["preference-applied"] == "wait=1")
        }
        #expect(time >= 0.9 && time < 5, "\(time)")

        // Progress is a change.
        var last = try client.send("GET", "/orders/\(long[0])/status")
        for _ in 1...5 {
          let known = try #require(last["etag"])
          let next = try client.send(
            "GET", "/orders/\(long[0])/status", headers: ["If-None-Match": known, "Prefer": "wait=10"])
          #expect(next.status == 200)
          #expect(next["etag"] != known)
          #expect(next.body != last.body)
          last = next
        }
        // A tag of another state is answered at once.
        let other = try seconds {
          let answer = try client.send(
            "GET", "/orders/\(waiting)/status", headers: ["If-None-Match": "\"x-1\"", "Prefer": "wait=30"])
          #expect(answer.status == 200)
        }
        #expect(other < 5)
        // What a wait for the waiting one sees next is its start, as soon as there is a place.
        let canceller = service.client()
        try client.write(
          Array(
            "GET /orders/\(waiting)/status HTTP/1.1\r\nHost: x\r\nIf-None-Match: \(tag)\r\nPrefer: wait=20\r\n\r\n".utf8
          ))
        for id in long { #expect(try canceller.send("DELETE", "/orders/\(id)/cancel").status == 204) }
        let begun = try client.read()
        #expect(begun.status == 200)
        #expect(begun.json["status"] as? String != "started")
        let final = try client.send("GET", "/orders/\(waiting)/status", headers: ["Prefer": "wait=10"])
        #expect(final.json["status"] as? String == "complete")
        // A final one never changes: there is nothing to wait for.
        let over = try seconds {
          let known = try #require(final["etag"])
          let answer = try client.send(
            "GET", "/orders/\(waiting)/status", headers: ["If-None-Match": known, "Prefer": "wait=30"])
          #expect(answer.status == 304)
        }
        #expect(over < 5)
      }
    }
  }
}
