import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Reading an order")
  struct ReadingTests {
    @Test("shows its members and its status", arguments: JobStatus.allCases)
    func representation(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let answer = await service.get("/orders/1")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"id":1,"products":["y","z"],"amount":250,"status":"\#(status.rawValue)"}"#)
      #expect(answer.fields[.contentType] == "application/json")
      #expect(answer.fields[.cacheControl] == "no-cache")
    }

    @Test("shows its status document in every state", arguments: JobStatus.allCases)
    func statusDocument(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let answer = await service.get("/orders/1/status")
      #expect(answer.status == 200)
      let isStarted = status != .started && status != .cancelled
      var names = ["id", "status", "done", "progress", "createdAt"]
      if isStarted { names.append("startedAt") }
      names.append("updatedAt")
      if status.isFinal { names.append("finishedAt") }
      names.append("attempt")
      if status == .failed { names.append("error") }
      #expect(answer.body.names == names)
      #expect(answer.body["status"]?.text == status.rawValue)
      #expect(answer.body["done"]?.text == String(status.isFinal))
      #expect(answer.body["attempt"]?.text == (isStarted ? "1" : "0"))
      #expect(answer.body["progress"]?["percent"]?.text == (status == .complete ? "100" : "0"))
      #expect(answer.body["createdAt"]?.text?.hasSuffix("Z") == true)
      #expect(answer.fields[.retryAfter] == (status.isFinal ? nil : "1"))
      #expect(answer.body["error"]?["code"]?.text == (status == .failed ? "out-of-stock" : nil))
    }

    @Test("shows the progress of a running order")
    func progress() async throws {
      let service = try OrderService()
      let id = try await service.order()
      let tenure = try await service.claim(id)
      _ = try await service.store.renew(
        [JobReport(tenure: tenure, progress: .units(2, of: 5, step: "products"))], as: MemberState(), at: .now)
      let text = await service.get("/orders/1/status").text
      #expect(text.contains(#""progress":{"percent":40,"step":"products","completed":2,"total":5}"#))
    }

    @Test("is 404 where there is none", arguments: ["/orders/2", "/orders/2/status", "/orders/2/result", "/orders/0"])
    func unknown(target: String) async throws {
      let service = try OrderService()
      try await service.order()
      let answer = await service.get(target)
      #expect(answer.status == 404)
      #expect(answer.code == "not-found")
      #expect(answer.body["instance"]?.text == "urn:request:r1")
    }

    @Test("at a path that only another process serves is 503; an unknown address below an own path is 404 all the same")
    func servedElsewhere() async throws {
      let service = try OrderService()
      let orders = DeclaredKind(name: Kind.orders.name, path: Kind.orders.path, digest: "")
      let scans = DeclaredKind(name: JobKind(rawValue: "scan"), path: "scans", digest: "")
      try await service.store.declare([orders, scans], at: .now)
      for target in ["/scans", "/scans/1/status?x=1", "/scans/1/nothing"] {
        let answer = await service.get(target)
        #expect(answer.status == 503 && answer.code == "kind-unavailable", "\(target)")
        #expect(answer.fields[.retryAfter] == "1")
      }
      for target in ["/orders/1/nothing", "/scan", "/Scans", "/x/scans"] {
        #expect(await service.get(target).code == "not-found", "\(target)")
      }
    }

    @Test(
      "with the tag of what it shows is 304, until it changes",
      arguments: ["/orders/1", "/orders/1/status", "/orders", "/orders?status=started&status=running"])
    func conditional(target: String) async throws {
      let service = try OrderService()
      let id = try await service.order()
      let tag = try #require(await service.get(target).fields[.eTag])
      #expect(tag.hasPrefix("\"\(service.store.name)-"))
      for value in [tag, "W/" + tag, #""other", \#(tag)"#, "*"] {
        let answer = await service.get(target, [.ifNoneMatch: value])
        #expect(answer.status == 304)
        #expect(answer.isBodyless)
        #expect(answer.fields[.eTag] == tag)
        #expect(answer.fields[.cacheControl] == "no-cache")
      }
      #expect(await service.get(target, [.ifNoneMatch: #""other""#]).status == 200)
      _ = try await service.claim(id)
      let changed = await service.get(target, [.ifNoneMatch: tag])
      #expect(changed.status == 200)
      #expect(changed.fields[.eTag] != tag)
    }

    @Test("a condition finds nothing where there is nothing")
    func conditionOnNothing() async throws {
      let service = try OrderService()
      #expect(await service.get("/orders/1", [.ifNoneMatch: "*"]).status == 404)
      try await service.order()
      #expect(await service.get("/orders/1/result", [.ifNoneMatch: "*"]).status == 409)
    }
  }
}
