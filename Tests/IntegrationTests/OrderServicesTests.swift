import Foundation
import Synchronization
import TestSupport
import Testing

extension BehindNginx {
  /// The work on orders against services of the test's own.
  @Suite("The services of orders")
  struct OrderServicesTests {
    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("are played by the same nginx under --demo-services: a newcomer sees each call in its access log")
    func demo() async throws {
      let command = [RunningService.repository + "/deploy/up", "--demo-services"]
      let service = try await RunningService.start(command: command)
      try await blocking {
        let client = service.client()
        let good = try client.submit(#"{"products":["tea","a/b","tea"],"amount":1}"#)
        let bad = try client.submit(#"{"products":["tea","unknown"],"amount":1}"#)
        let slow = try client.submit(#"{"products":["slow"],"amount":1}"#)
        let result = try client.send("GET", "/orders/\(good)/result", headers: ["Prefer": "wait=20"])
        #expect(result.text == #"{"id":\#(good),"products":["tea","a/b","tea"],"amount":1}"#)
        let failed = try client.send("GET", "/orders/\(bad)/status", headers: ["Prefer": "wait=20"]).json
        let error = failed["error"] as? [String: Any] ?? [:]
        #expect(error["code"] as? String == "unknown-product")
        #expect(error["pointer"] as? String == "/products/1")
        let begin = ContinuousClock.now
        let slowly = try client.send("GET", "/orders/\(slow)/result", headers: ["Prefer": "wait=20"])
        #expect(slowly.status == 200)
        #expect(ContinuousClock.now - begin > .seconds(1))
        let log = service.data + "/run/\(service.port)/logs/access.log"
        try patiently("the calls are in the access log") {
          let text = try String(contentsOfFile: log, encoding: .utf8)
          return [
            "GET /demo/products/tea HTTP", "GET /demo/products/a%2Fb HTTP", "GET /demo/products/unknown HTTP",
            "GET /demo/products/slow HTTP", "POST /demo/metadata HTTP",
          ].allSatisfy { text.contains($0) }
        }
        let metrics = try client.send("GET", "/metrics").text
        #expect(metrics.contains(#"orders_service_calls_total{service="metadata",outcome="answered"} 2"#))
        #expect(metrics.contains(#"orders_service_call_seconds_count{service="products"} 5"#))
      }
      try await service.stopsWell()
    }

    @Test("see the same key again after a kill in the middle of a call, with the trace and the user of the order")
    func killed() async throws {
      let isHeld = Atomic<Bool>(true)
      let server = try SocketServer { connection in
        while let request = try connection.request() {
          if request.method == "POST", isHeld.exchange(false, ordering: .relaxed) {
            connection.awaitHangUp()
          } else {
            connection.answer(200)
          }
        }
      }
      let service = try await RunningService.start(options: ["--pace", "0s"] + server.serviceOptions)
      try await blocking {
        let login = Login.allCases[0]
        let gateway = try login.gateway(beside: service)
        let answer = try gateway.send(
          over: .http1, "POST", "/orders",
          headers: ["Authorization": login.authorization("ann"), "traceparent": Self.trace],
          body: #"{"products":["a"],"amount":1}"#)
        let id = try #require(answer.json["id"] as? Int)
        try patiently("the call is made") { server.requests.contains { $0.method == "POST" } }
        let victim = try #require(try service.responders().first { try service.orders(of: $0) == [id] })
        kill(victim, SIGKILL)
        try patiently("it is made again") { server.requests.count { $0.method == "POST" } == 2 }
        #expect(
          server.requests.map { "\($0.method) \($0.target)" }
            == [
              "GET /products/a", "GET /users/ann", "POST /metadata", "GET /products/a", "GET /users/ann",
              "POST /metadata",
            ])
        let posts = server.requests.filter { $0.method == "POST" }
        #expect(posts.allSatisfy { $0["idempotency-key"] == ["\"order-\(id)-metadata\""] })
        #expect(posts[0].body == posts[1].body)
        #expect(server.requests.allSatisfy { $0["traceparent"] == [Self.trace] })
        try gateway.stopsWell()
      }
      try await service.stopsWell()
    }

    @Test("are hung up on by a cancel and by a shutdown, which gives the order back without charge")
    func interrupted() async throws {
      let hungUp = Atomic<Int>(0)
      let isHeld = Atomic<Bool>(true)
      let server = try SocketServer { connection in
        while let request = try connection.request() {
          if request.target == "/products/a", isHeld.load(ordering: .relaxed) {
            connection.awaitHangUp()
            hungUp.add(1, ordering: .relaxed)
          } else {
            connection.answer(200)
          }
        }
      }
      let service = try await RunningService.start(options: ["--pace", "0s"] + server.serviceOptions)
      try await blocking {
        let client = service.client()
        let cancelled = try client.submit(#"{"products":["a"],"amount":1}"#)
        try patiently("the call is made") { server.requests.count == 1 }
        #expect(try client.send("DELETE", "/orders/\(cancelled)/cancel").status == 204)
        try patiently("it is hung up on") { hungUp.load(ordering: .relaxed) == 1 }

        let drained = try client.submit(#"{"products":["a"],"amount":1}"#)
        try patiently("the call is made") { server.requests.count == 2 }
        let holder = try #require(try service.responders().first { try service.orders(of: $0) == [drained] })
        isHeld.store(false, ordering: .relaxed)
        kill(holder, SIGTERM)
        try patiently("another one does it") { try service.client().status(drained) == "complete" }
        let status = try service.client().send("GET", "/orders/\(drained)/status").json
        #expect(status["attempt"] as? Int == 1)
        #expect(hungUp.load(ordering: .relaxed) == 2)
      }
      try await service.stopsWell()
    }

    @Test("may answer five calls at once: a hundred orders are complete, with the others told to come again")
    func busy() async throws {
      let (now, refused) = (Counter(), Counter())
      let server = try SocketServer { connection in
        while try connection.request() != nil {
          let isRoom = now.add(1) <= 5
          if !isRoom { refused.add(1) }
          // The first ones answer when there has been one too many.
          while isRoom, refused.value == 0 { usleep(1000) }
          now.add(-1)
          connection.answer(isRoom ? 200 : 503)
        }
      }
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--attempts", "10"] + server.serviceOptions)
      try await blocking {
        let client = service.client()
        let ids = try (0..<100).map { try client.submit(#"{"products":["a\#($0)"],"amount":1}"#) }
        for id in ids {
          let answer = try client.send("GET", "/orders/\(id)/result", headers: ["Prefer": "wait=25"])
          #expect(answer.status == 200, "\(answer.text)")
        }
        #expect(refused.value > 0)
        let metadata = Set(server.requests.filter { $0.method == "POST" }.flatMap { $0["idempotency-key"] })
        #expect(metadata == Set(ids.map { "\"order-\($0)-metadata\"" }))
      }
      try await service.stopsWell()
    }

    @Test("are named by URLs without a login, and their token stays on this machine or under TLS")
    func options() async throws {
      let folder = try TemporaryFolder()
      let token = folder.path + "/token"
      try "two words\n".write(toFile: token, atomically: false, encoding: .utf8)
      chmod(token, 0o600)
      try await blocking {
        for (options, status, words) in [
          (["--users-url", "http://ann:s3cret@127.0.0.1/users"], 64, "--users-url"),
          (["--users-url", "ftp://127.0.0.1/users"], 64, "--users-url"),
          (["--users-url", "http://127.0.0.1/users?all"], 64, "--users-url"),
          (["--users-url", "http://127.0.0.1:65536/users"], 64, "--users-url"),
          (["--service-token-file", token], 64, "give one"),
          (["--users-url", "http://10.0.0.1/users", "--service-token-file", token], 64, "use https"),
          (["--users-url", "http://127.0.0.1/users", "--service-token-file", token], 78, "one line of visible ASCII"),
          (["--users-url", "https://10.0.0.1/users", "--service-token-file", token + "s"], 78, "can't be read"),
          (["--users-url", "http://127.0.0.1/users", "--service-connections", "0"], 64, "at least 1"),
        ] as [([String], Int32, String)] {
          let serve = try run(
            RunningService.binary,
            ["serve", "--store", "sqlite:\(folder.path)/orders.sqlite", "--socket", folder.path + "/s"] + options)
          #expect(serve.status == status, "\(options): \(serve.errors)")
          #expect(serve.errors.contains(words), "\(options): \(serve.errors)")
          for secret in ["two words", "s3cret"] { #expect(!serve.errors.contains(secret)) }
        }
      }
    }
  }
}

private final class Counter: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .relaxed) }

  @discardableResult
  func add(_ more: Int) -> Int { number.add(more, ordering: .relaxed).newValue }
}

extension SocketServer {
  fileprivate var serviceOptions: [String] {
    ["products", "users", "metadata"].flatMap { ["--\($0)-url", "http://127.0.0.1:\(port)/\($0)"] }
  }
}

extension SocketConnection {
  fileprivate func answer(_ status: Int) {
    write("HTTP/1.1 \(status) Any\r\nContent-Length: 2\r\n\r\n{}")
  }
}
