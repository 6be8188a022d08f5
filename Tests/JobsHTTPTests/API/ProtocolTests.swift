import FastCGI
import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("What every route does")
  struct ProtocolTests {
    private static let targets = [
      "/", "/healthz", "/orders", "/orders/1", "/orders/1/status", "/orders/1/cancel", "/orders/1/result",
    ]

    @Test("OPTIONS tells the methods", arguments: targets)
    func options(target: String) async throws {
      let answer = try await OrderService().send(.options, target)
      #expect(answer.status == 204)
      #expect(answer.isBodyless)
      #expect(answer.fields[.allow] == RouteTable(kinds: [.orders]).allow(target))
    }

    @Test(
      "a wrong method is 405 with the methods, before anything is looked up", arguments: targets,
      ["TRACE", "PUT", "BREW"])
    func wrongMethod(target: String, method: String) async throws {
      let answer = try await OrderService().send(#require(HTTPRequest.Method(method)), target, [.accept: "text/html"])
      #expect(answer.status == 405)
      #expect(answer.code == "method-not-allowed")
      #expect(answer.fields[.allow] == RouteTable(kinds: [.orders]).allow(target))
    }

    @Test(
      "HEAD has the fields of GET", arguments: ["/", "/orders", "/orders/1", "/orders/1/status", "/orders/1/result"])
    func head(target: String) async throws {
      let service = try OrderService()
      try await service.order(.complete)
      let (head, get) = await (service.send(.head, target), service.get(target))
      #expect(head.status == 200)
      // The server adds the length where there is a body.
      var fields = head.fields
      let length = fields[.contentLength]
      fields[.contentLength] = nil
      #expect(fields == get.fields)
      #expect(length.map { $0 == "\(get.bytes.count)" } ?? (head.bytes.count == get.bytes.count))
    }

    @Test("an Accept that excludes JSON is 406", arguments: targets)
    func notAcceptable(target: String) async throws {
      let method: HTTPRequest.Method = target.hasSuffix("cancel") ? .delete : .get
      let answer = try await OrderService().send(method, target, [.accept: "text/html"])
      #expect(answer.status == 406)
      #expect(answer.code == "not-acceptable")
      #expect(answer.fields[.contentType] == "application/problem+json")
    }

    @Test("a body that is too large or truncated is refused everywhere", arguments: targets)
    func bodies(target: String) async throws {
      let service = try OrderService()
      let method: HTTPRequest.Method = target.hasSuffix("cancel") ? .delete : .get
      #expect(await service.send(method, target, body: .tooLarge(limit: 5)).status == 413)
      #expect(await service.send(method, target, body: .truncated).status == 400)
    }

    @Test("an unknown address is 404", arguments: ["/order", "//orders", "/orders/%31", "/orders/007", "/orders/1/x"])
    func unknown(target: String) async throws {
      let answer = try await OrderService().get(target)
      #expect(answer.status == 404)
      #expect(answer.code == "not-found")
    }

    @Test("GET / names the first thing to try")
    func welcome() async throws {
      let service = try OrderService()
      let answer = await service.get("/")
      #expect(answer.status == 200)
      let hint = try #require(answer.body["try"])
      var writer = JSONWriter()
      writer.value(try #require(hint["body"]))
      let path = try #require(hint["path"]?.text)
      #expect(await service.post(String(decoding: writer.bytes, as: UTF8.self), to: path).status == 202)
    }

    @Test("GET /healthz tells of the store and its processes")
    func health() async throws {
      let service = try OrderService()
      try await service.order(.running)
      try await service.order()
      let answer = await service.get("/healthz")
      #expect(answer.status == 200)
      #expect(answer.body.names == ["status", "version", "store", "queued", "processes"])
      #expect(answer.body["status"]?.text == "ok")
      #expect(answer.body["version"]?.text == "1.2.3")
      #expect(answer.body["queued"]?.text == "1")
      let process = try #require(answer.body["processes"]?.elements.first)
      #expect(process.names == ["pid", "startedAt", "running", "settings"])
      #expect(process["settings"]?["journal_mode"]?.text == "wal")
      #expect(process["settings"]?["synchronous"]?.text == "2")
      #expect(process["running"]?.text == "1")
    }

    @Test("GET /healthz tells how many callbacks wait, and that expiry waits for an operator, only where that is so")
    func healthOfWhatWaits() async throws {
      let service = try OrderService()
      let id = try await service.store.submit(
        NewJob(kind: Kind.orders.name, input: [], callback: "https://a.example/"), limits: QueueLimits(), at: .now)
      #expect(id == .accepted(JobID(rawValue: 1)))
      #expect(await service.get("/healthz").body.names == ["status", "version", "store", "queued", "processes"])
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      try await service.order(.cancelled)
      let rule = ExpiryRule(clockTrust: .zero, mostAtOnce: .zero)
      let end = Timestamp(milliseconds: 1_900_000_000_000)
      _ = try await service.store.mayExpire(Kind.orders.name, endedBefore: end, by: rule, at: .now)
      let answer = await service.get("/healthz")
      #expect(answer.status == 200)
      #expect(answer.body["callbacks"]?["waiting"]?.text == "1")
      #expect(answer.body["expiry"]?["waitingFor"]?.text == "confirmation")
      #expect(answer.body["expiry"]?["endedBefore"]?.text == "2030-03-17T17:46:40.000Z")
      #expect(answer.body["expiry"]?["kinds"]?["order"]?.text == "2030-03-17T17:46:40.000Z")
    }
  }
}

extension RouteTable {
  fileprivate func allow(_ target: String) -> String? {
    if case .allowed(let allow) = match(.options, target) { allow } else { nil }
  }
}
