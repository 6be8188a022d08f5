import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("A full queue", .served(processes: 2, "--jobs", "0", "--queue-limit", "5"))
  struct BusyTests {
    @Test("queue full: 503 busy with Retry-After, and nothing is stored until there is room again")
    func full() async throws {
      try await served { service in
        let client = service.client()
        let body = #"{"products":["a"],"amount":1}"#
        let first = try client.send("POST", "/orders", headers: ["Idempotency-Key": "first"], body: body)
        #expect(first.status == 202)
        let ids = try (2...5).map { _ in try service.client().submit() }
        #expect(ids == [2, 3, 4, 5])
        for _ in 1...6 {
          let busy = try service.client().send("POST", "/orders", headers: ["Idempotency-Key": "later"], body: body)
          expectProblem(busy, 503, "busy")
          #expect(busy["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          #expect(busy["location"] == nil)
        }
        #expect(try client.send("GET", "/orders").ids == [1, 2, 3, 4, 5])
        #expect(try client.send("GET", "/healthz").json["queued"] as? Int == 5)
        // What was promised is promised still.
        let again = try client.send("POST", "/orders", headers: ["Idempotency-Key": "first"], body: body)
        #expect(again.status == 202)
        #expect(again.json["id"] as? Int == 1)
        expectProblem(try client.send("POST", "/orders", body: "{}"), 422, "invalid-order")
        #expect(try client.send("DELETE", "/orders/3/cancel").status == 204)
        let later = try client.send("POST", "/orders", headers: ["Idempotency-Key": "later"], body: body)
        #expect(later.status == 202)
        #expect(later.json["id"] as? Int == 6)
        #expect(later["idempotent-replayed"] == nil)
        #expect(try service.client().send("POST", "/orders", body: body).status == 503)
      }
    }
  }
}

extension BehindNginx {
  @Suite(
    "A queue full of bytes",
    .served(processes: 2, "--jobs", "0", "--queue-bytes", "1MiB"))
  struct BusyBytesTests {
    @Test(
      "few long orders fill it: 503 busy with Retry-After, and the sum is the same in every process and in the metrics")
    func bytes() async throws {
      try await served { service in
        let products = (1...1000).map { _ in "\"" + String(repeating: "x", count: 190) + "\"" }.joined(separator: ",")
        let body = #"{"products":[\#(products)],"amount":1}"#
        for _ in 1...5 { #expect(try service.client().send("POST", "/orders", body: body).status == 202) }
        for _ in 1...6 {
          let busy = try service.client().send("POST", "/orders", body: body)
          expectProblem(busy, 503, "busy")
          #expect(busy["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        let small = try service.client().submit()
        #expect(small == 6)
        let sums = try rows(of: "SELECT queued_bytes, (SELECT sum(size) FROM job) FROM store", in: service.database)
        let parts = try #require(sums.first).split(separator: "|")
        #expect(parts.count == 2 && parts[0] == parts[1])
        let metrics = try service.client().send("GET", "/metrics").text
        #expect(metrics.contains(#"orders_queued_bytes{kind="order"} \#(parts[0])"#))
        #expect(try service.client().send("DELETE", "/orders/1/cancel").status == 204)
        #expect(try service.client().send("POST", "/orders", body: body).status == 202)
      }
    }
  }
}

extension BehindNginx {
  @Suite(
    "A full queue of several users",
    .served(processes: 2, "--jobs", "0", "--queue-limit", "20", "--queue-bytes", "512KiB"))
  struct BusyShareTests {
    private static let small = #"{"products":["a"],"amount":1}"#

    @Test(
      "one user has half of it, by number or by bytes: 429 with Retry-After; another user is 202 until it is full: 503",
      arguments: ["orders", "bytes"])
    func share(of limit: String) async throws {
      let (body, half) = limit == "orders" ? (Self.small, 10) : (Self.long, 2)
      try await served { service in
        let gateway = try Login.basic.gateway(beside: service)
        let (ann, bert) = (Poster("ann", gateway), Poster("bert", gateway))
        var ids = try (1...half).map { _ in try ann.submit(body) }
        // Whichever process it comes to, and over HTTP/2.
        for version in HTTPVersion.allCases {
          for _ in 1...3 {
            let refused = try ann.post(body, over: version)
            expectProblem(refused, 429, "too-many-requests")
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
            #expect(refused["location"] == nil)
          }
        }
        #expect(try ann.send("GET", "/orders?status=started").ids == ids)

        // Another user has as much, and then there is no room for anyone.
        let his = try (1...half).map { _ in try bert.submit(body) }
        if limit == "orders" {
          let busy = try ann.post(body)
          expectProblem(busy, 503, "busy")
          #expect(busy["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        } else {
          // Of bytes a little is left, too little for a long one.
          let shared = try service.client().send("POST", "/orders", body: body)
          expectProblem(shared, 503, "busy")
          #expect(shared["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }

        // Room that he gives back is not for her; room that she gives back is.
        #expect(try bert.send("DELETE", "/orders/\(his[0])/cancel").status == 204)
        expectProblem(try ann.post(body), 429, "too-many-requests")
        #expect(try ann.send("DELETE", "/orders/\(ids[0])/cancel").status == 204)
        ids.append(try ann.submit(body))
        expectProblem(try ann.post(body), 429, "too-many-requests")
        for id in ids.dropFirst() { #expect(try ann.send("DELETE", "/orders/\(id)/cancel").status == 204) }
        for id in his.dropFirst() { #expect(try bert.send("DELETE", "/orders/\(id)/cancel").status == 204) }
        try gateway.stopsWell()
      }
    }

    @Test("this machine without a login may fill all of it")
    func exempt() async throws {
      try await served { service in
        let ids = try (1...20).map { _ in try service.client().submit() }
        expectProblem(try service.client().send("POST", "/orders", body: Self.small), 503, "busy")
        for id in ids { #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204) }
      }
    }

    /// Some 116 KB: two are less than 256 KiB, three are more; four are less than 512 KiB, five are more.
    private static let long =
      #"{"products":["#
      + (1...600).map { _ in "\"" + String(repeating: "x", count: 190) + "\"" }.joined(separator: ",")
      + #"],"amount":1}"#
  }
}

extension BehindNginx {
  @Suite("Shutting down")
  struct ShuttingDownTests {
    @Test("shutting down: 503 busy with Retry-After, never a 202 that cannot be kept")
    func lastProcess() async throws {
      let service = try await RunningService.start(processes: 1, options: ["--pace", "60s"])
      try await blocking {
        let pid = try #require(try service.responders().first)
        let accepted = try service.client().submit()
        // Connections that nginx's workers keep: a process that drains answers one more request on each of them.
        let clients = (1...32).map { _ in service.client() }
        for client in clients {
          try client.write(Array("GET /orders/\(accepted)/status HTTP/1.1\r\nHost: x\r\nPrefer: wait=1\r\n\r\n".utf8))
        }
        for client in clients { #expect(try client.read().status == 200) }
        kill(pid, SIGTERM)
        try patiently("it says that it drains") {
          try rows(of: "SELECT draining FROM member WHERE pid = \(pid)", in: service.database) == ["1"]
        }
        for _ in 1...4 {
          let busy = try service.client().send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#)
          expectProblem(busy, 503, "busy")
          #expect(busy["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          #expect(busy["location"] == nil)
        }
        // Its successor has what was accepted, and nothing else.
        try patiently("a new process is there") { try service.responders().contains { $0 != pid } }
        #expect(try service.client().send("GET", "/orders").ids == [accepted])
        try patiently("what it ran runs again") { try service.client().status(accepted) == "running" }
        let attempt = try service.client().send("GET", "/orders/\(accepted)/status").json["attempt"] as? Int
        #expect(attempt == 1, "a planned shutdown costs no attempt")
        #expect(try service.client().submit() == accepted + 1)
      }
      try await service.stopsWell()
    }
  }
}

extension BehindNginx {
  @Suite("A queue worked off", .served(processes: 2, "--jobs", "1", "--pace", "100ms", "--queue-limit", "60"))
  struct BusyRateTests {
    @Test("says when a tenth of it will be done, by the rate of the work")
    func retryAfter() async throws {
      try await served { service in
        let client = service.client()
        let body = #"{"products":["a"],"amount":1}"#
        // Four units of 100 ms each, two at a time: five orders a second, so a tenth of the queue takes two.
        func fill() throws -> HTTPClient.Answer {
          for _ in 1...80 {
            let answer = try service.client().send("POST", "/orders", body: body)
            if answer.status != 202 { return answer }
          }
          throw HTTPClient.Failure(description: "the queue is never full")
        }
        let first = try fill()
        #expect((1...120).contains(first["retry-after"].flatMap { Int($0) } ?? 0), "before the rate is known")
        try patiently("the rate is known") {
          try client.send("GET", "/orders?status=complete").ids.count >= 10
        }
        for _ in 1...10 {
          let busy = try fill()
          expectProblem(busy, 503, "busy")
          let seconds = try #require(busy["retry-after"].flatMap { Int($0) })
          #expect((1...8).contains(seconds), "\(seconds)")
        }
      }
    }
  }
}

/// A user who logs in with a password.
private struct Poster {
  private let gateway: Gateway
  private let headers: [String: String]

  init(_ name: String, _ gateway: Gateway) {
    self.gateway = gateway
    headers = ["Authorization": Login.basic.authorization(name)]
  }

  func send(
    _ method: String, _ target: String, body: String? = nil, over version: HTTPVersion = .http1
  ) throws -> HTTPClient.Answer {
    try gateway.send(over: version, method, target, headers: headers, body: body)
  }

  func post(_ body: String, over version: HTTPVersion = .http1) throws -> HTTPClient.Answer {
    try send("POST", "/orders", body: body, over: version)
  }

  func submit(_ body: String) throws -> Int {
    let answer = try post(body)
    #expect(answer.status == 202)
    return try #require(answer.json["id"] as? Int)
  }
}
