import Foundation
import HTTPClient
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import Orders

@Suite("The services of an order", .serialized)
struct OrderServiceTests {
  private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test("are asked for each distinct product and the user, and are passed the order, all with trace, agent and token")
  func calls() async throws {
    let server = try SocketServer { try $0.answerAll() }
    let result = try await run(
      #"{"products":["a/b","ü ","a/b","z"],"amount":2.50}"#, as: "ann?", at: server
    ) { $0.token = "s3cret" }
    #expect(result == #"{"id":3,"products":["a/b","ü ","a/b","z"],"amount":2.50}"#)
    let requests = server.requests
    #expect(
      Set(requests.prefix(3).map(\.line)) == ["GET /p/a%2Fb", "GET /p/%C3%BC%20", "GET /p/z"])
    #expect(requests.dropFirst(3).map(\.line) == ["GET /u/ann%3F", "POST /m"])
    for request in requests {
      #expect(request["traceparent"] == [Self.trace])
      #expect(request["user-agent"] == ["orders/test"])
      #expect(request["authorization"] == ["Bearer s3cret"])
    }
    let post = try #require(requests.last)
    #expect(post["idempotency-key"] == [#""order-3-metadata""#])
    #expect(post["content-type"] == ["application/json"])
    #expect(String(decoding: post.body, as: UTF8.self) == result)
  }

  @Test("are one trace though the order came without one")
  func ownTrace() async throws {
    let server = try SocketServer { try $0.answerAll() }
    _ = try await run(#"{"products":["a","b"],"amount":1}"#, trace: nil, at: server)
    let traces = Set(server.requests.flatMap { $0["traceparent"] })
    #expect(traces.count == 1)
    #expect(traces.allSatisfy { $0.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil })
  }

  @Test("are asked for no user where there is none, and for nothing that is not configured")
  func absent() async throws {
    let server = try SocketServer { try $0.answerAll() }
    _ = try await run(#"{"products":["a"],"amount":1}"#, at: server)
    #expect(server.requests.map(\.line) == ["GET /p/a", "POST /m"])
    _ = try await run(#"{"products":["a"],"amount":1}"#, as: "ann", at: server) {
      ($0.products, $0.metadata) = (nil, nil)
    }
    #expect(server.requests.dropFirst(2).map(\.line) == ["GET /u/ann"])
  }

  @Test(
    "fail the order for good by an unknown product, the first of which is named, and by an unknown user",
    arguments: [404, 410])
  func unknown(status: Int) async throws {
    let server = try SocketServer { connection in
      while let request = try connection.request() {
        // The later one answers first.
        if request.target == "/p/x" { usleep(50_000) }
        connection.answer(["/p/x", "/p/y", "/u/eve"].contains(request.target) ? status : 200)
      }
    }
    let product = await failure(#"{"products":["a","x","a","y","x"],"amount":1}"#, at: server)
    #expect(product == JobFailure(code: "unknown-product", detail: "There is no such product.", pointer: "/products/1"))
    let user = await failure(#"{"products":["a"],"amount":1}"#, as: "eve", at: server)
    if status == 404 {
      #expect(user == JobFailure(code: "unknown-user", detail: "There is no such user."))
    } else {
      #expect(user?.code == "service-refused")
    }
    #expect(!server.requests.contains { $0.target == "/m" })
  }

  @Test("are never asked for a product or a user that would be another address", arguments: [".", ".."])
  func dots(name: String) async throws {
    let server = try SocketServer { try $0.answerAll() }
    #expect(await failure(#"{"products":["\#(name)"],"amount":1}"#, at: server)?.code == "unknown-product")
    #expect(await failure(#"{"products":["a"],"amount":1}"#, as: name, at: server)?.code == "unknown-user")
    #expect(server.requests.map(\.line) == ["GET /p/a"])
  }

  @Test(
    "fail the order for good with their name and status where they refuse, and follow no redirect",
    arguments: [301, 307, 400, 401, 403, 404, 409, 410, 422])
  func refused(status: Int) async throws {
    let server = try SocketServer { connection in
      while let request = try connection.request() {
        connection.answer(request.method == "POST" ? status : 200, "Location: /p/elsewhere\r\n")
      }
    }
    let failure = await failure(#"{"products":["a"],"amount":1}"#, at: server)
    #expect(failure?.code == "service-refused")
    #expect(failure?.detail == "The metadata service answered with status \(status).")
    #expect(server.requests.map(\.line) == ["GET /p/a", "POST /m"])
  }

  @Test("are asked four times where they fail, and then the attempt fails", arguments: [500, 503, 429])
  func failing(status: Int) async throws {
    let server = try SocketServer { connection in
      while try connection.request() != nil { connection.answer(status) }
    }
    let clock = ContinuousClock()
    let begin = clock.now
    let error = await #expect(throws: JobRetry.self) { try await run(#"{"products":["a"],"amount":1}"#, at: server) }
    #expect(error?.failure.code == "service-unavailable")
    #expect(error?.failure.detail.contains("products") == true && error?.failure.detail.contains("\(status)") == true)
    #expect(server.requests.count == 4)
    // 0.2, 0.4 and 0.8 s, of which jitter takes at most half.
    #expect(clock.now - begin >= .milliseconds(700))
  }

  @Test("are asked again under the same key, and one answer in time is enough")
  func recovers() async throws {
    let seen = Atomic<Int>(0)
    let server = try SocketServer { connection in
      while try connection.request() != nil {
        connection.answer(seen.add(1, ordering: .relaxed).newValue % 3 == 0 ? 200 : 503)
      }
    }
    _ = try await run(#"{"products":["a"],"amount":1}"#, at: server)
    #expect(
      server.requests.map(\.line) == Array(repeating: "GET /p/a", count: 3) + Array(repeating: "POST /m", count: 3))
    #expect(Set(server.requests.suffix(3).flatMap { $0["idempotency-key"] }).count == 1)
  }

  @Test("are left alone as long as they ask, in seconds and by a date")
  func retryAfter() async throws {
    for field in [
      "Retry-After: 2\r\n",
      "Date: Wed, 21 Oct 2026 07:26:30 GMT\r\nRetry-After: Wed, 21 Oct 2026 07:26:32 GMT\r\n",
    ] {
      let seen = Atomic<Int>(0)
      let server = try SocketServer { connection in
        while try connection.request() != nil {
          connection.answer(seen.add(1, ordering: .relaxed).newValue == 1 ? 503 : 200, field)
        }
      }
      let clock = ContinuousClock()
      let begin = clock.now
      _ = try await run(#"{"products":["a"],"amount":1}"#, at: server)
      #expect(clock.now - begin >= .seconds(2))
      #expect(server.requests.count == 3)
    }
  }

  @Test("are tried again where there is no answer: half a head, no HTTP, a hang-up, silence")
  func broken() async throws {
    for begin in ["HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-OpenSSH_9.2\r\n", "", nil] {
      let server = try SocketServer { connection in
        guard try connection.request() != nil else { return }
        if let begin { connection.write(begin) } else { connection.awaitHangUp() }
      }
      let error = await #expect(throws: JobRetry.self) {
        try await run(#"{"products":["a"],"amount":1}"#, at: server) { $0.callTime = .seconds(1) }
      }
      #expect(error?.failure.code == "service-unavailable", "\(begin ?? "silence")")
      #expect(server.requests.count == 4, "\(begin ?? "silence")")
    }
  }

  @Test("may be nowhere: a name without an address, a port without a listener")
  func nowhere() async throws {
    for (base, reason) in [
      ("http://services.invalid/p", "no address"), ("http://127.0.0.1:\(freePort())", "no connection"),
    ] {
      var configuration = OrderServices.Configuration()
      configuration.products = BaseURL(base)
      let work = OrderWork(services: OrderServices(configuration, client: Client()))
      let error = await #expect(throws: JobRetry.self) {
        try await work.run(Array(#"{"products":["a"],"amount":1}"#.utf8), in: context("", nil))
      }
      #expect(error?.failure.detail.contains(reason) == true, "\(error?.failure.detail ?? "")")
    }
  }

  @Test("have a certificate that is their host's and that an authority has signed, or nothing is sent")
  func certificates() async throws {
    let server = try SocketServer { try $0.answerAll() }
    let front = try await blocking { try SecureFront("localhost", before: server.port) }
    func work(_ host: String, knowing authorities: [UInt8]?) -> OrderWork {
      var configuration = OrderServices.Configuration()
      configuration.products = BaseURL("https://\(host):\(front.port)/p")
      configuration.authorities = authorities
      return OrderWork(services: OrderServices(configuration, client: Client()))
    }
    let order = Array(#"{"products":["a"],"amount":1}"#.utf8)
    _ = try await work("localhost", knowing: front.certificate).run(order, in: context("", nil))
    #expect(server.requests.count == 1)
    for work in [work("127.0.0.1", knowing: front.certificate), work("localhost", knowing: nil)] {
      let error = await #expect(throws: JobRetry.self) { try await work.run(order, in: context("", nil)) }
      #expect(error?.failure.detail.contains("no secure connection") == true, "\(error?.failure.detail ?? "")")
    }
    #expect(server.requests.count == 1)
  }

  @Test("may answer with a gigabyte: a mebibyte of it is read at most, and the status counts")
  func longAnswer() async throws {
    let sent = Atomic<Int>(0)
    let server = try SocketServer { connection in
      while try connection.request() != nil {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 30)\r\n\r\n")
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<1024 {
          guard connection.write(piece) else { return }
          sent.add(piece.count, ordering: .relaxed)
        }
      }
    }
    _ = try await run(#"{"products":["a"],"amount":1}"#, at: server)
    #expect(server.requests.map(\.line) == ["GET /p/a", "POST /m"])
    // What is on its way is in buffers of both ends.
    #expect(sent.load(ordering: .relaxed) < 64 << 20)
  }

  @Test("are called by at most eight calls of one order at once, and by as many of all as they may be")
  func limits() async throws {
    for (connections, orders, most) in [(100, 1, 8), (5, 4, 5)] {
      let now = Atomic<Int>(0)
      let peak = Atomic<Int>(0)
      let server = try SocketServer { connection in
        while let request = try connection.request() {
          // Each service has a limit of its own.
          guard request.target != "/m" else {
            connection.answer(200)
            continue
          }
          peak.max(now.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
          usleep(5000)
          now.subtract(1, ordering: .relaxed)
          connection.answer(200)
        }
      }
      let work = OrderWork(services: services(at: server) { $0.connections = connections })
      let products = (0..<40).map { "\"\($0)\"" }.joined(separator: ",")
      let order = Array(#"{"products":[\#(products)],"amount":1}"#.utf8)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<orders { group.addTask { _ = try await work.run(order, in: context("", nil)) } }
        try await group.waitForAll()
      }
      #expect((2...most).contains(peak.load(ordering: .relaxed)), "\(peak.load(ordering: .relaxed))")
      #expect(server.requests.count == orders * 41)
    }
  }

  @Test("hear of a cancel at once: the call in flight ends, and so does the wait for room", arguments: [1, 8])
  func cancel(connections: Int) async throws {
    let hungUp = Atomic<Int>(0)
    let server = try SocketServer { connection in
      guard try connection.request() != nil else { return }
      connection.awaitHangUp()
      hungUp.add(1, ordering: .relaxed)
    }
    let work = OrderWork(services: services(at: server) { $0.connections = connections })
    let order = Array(#"{"products":["a","b","c"],"amount":1}"#.utf8)
    let calls = min(connections, 3)
    let task = Task { try await work.run(order, in: context("", nil)) }
    try await eventually("the calls are made") { server.requests.count == calls }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await eventually("they are hung up on") { hungUp.load(ordering: .relaxed) == calls }
    #expect(server.requests.count == calls)
  }

  // MARK: - Shorthand

  private func services(
    at server: SocketServer, _ change: (inout OrderServices.Configuration) -> Void = { _ in }
  ) -> OrderServices {
    var configuration = OrderServices.Configuration()
    configuration.products = BaseURL("http://127.0.0.1:\(server.port)/p/")
    configuration.users = BaseURL("http://127.0.0.1:\(server.port)/u")
    configuration.metadata = BaseURL("http://127.0.0.1:\(server.port)/m")
    configuration.userAgent = "orders/test"
    change(&configuration)
    return OrderServices(configuration, client: Client())
  }

  private func context(_ user: String, _ trace: String?) -> JobContext {
    JobContext(id: JobID(rawValue: 3), owner: JobOwner(user), traceParent: trace, attempt: 1, epoch: 1) { _ in }
  }

  @discardableResult
  private func run(
    _ order: String, as user: String = "", trace: String? = Self.trace, at server: SocketServer,
    _ change: (inout OrderServices.Configuration) -> Void = { _ in }
  ) async throws -> String {
    let work = OrderWork(services: services(at: server, change))
    return String(decoding: try await work.run(Array(order.utf8), in: context(user, trace)), as: UTF8.self)
  }

  /// What the order fails with for good.
  private func failure(_ order: String, as user: String = "", at server: SocketServer) async -> JobFailure? {
    await #expect(throws: JobFailure.self) { try await run(order, as: user, at: server) }
  }
}

extension SocketServer.Request {
  fileprivate var line: String { "\(method) \(target)" }
}

extension SocketConnection {
  fileprivate func answer(_ status: Int, _ fields: String = "") {
    write("HTTP/1.1 \(status) Any\r\nContent-Length: 2\r\n\(fields)\r\n{}")
  }

  fileprivate func answerAll() throws {
    while try request() != nil { answer(200) }
  }
}
