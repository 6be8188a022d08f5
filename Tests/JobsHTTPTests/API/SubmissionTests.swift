import FastCGI
import HTTPTypes
import Jobs
import Kinds
import Orders
import SecondKind
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("POST /orders")
  struct SubmissionTests {
    @Test("answers 202 with the id, where to ask, and when", arguments: ["/orders", "/orders/", "/orders?x=1"])
    func accepted(target: String) async throws {
      let service = try OrderService()
      let answer = await service.post(to: target)
      #expect(answer.status == 202)
      #expect(answer.text == #"{"id":1}"#)
      #expect(answer.fields[.location] == "/orders/1/status")
      #expect(answer.fields[.retryAfter] == "1")
      #expect(answer.fields[.contentType] == "application/json")
      #expect(await service.post(to: target).text == #"{"id":2}"#)
    }

    @Test(
      "takes JSON under every spelling of its type",
      arguments: [
        "application/json", "Application/JSON;charset=utf-8", "application/vnd.shop+json",
      ])
    func contentTypes(type: String) async throws {
      let service = try OrderService()
      #expect(await service.post(#"{"products":["y"],"amount":1}"#, [.contentType: type]).status == 202)
    }

    @Test(
      "refuses other types and encodings with 415",
      arguments: [
        [:], [.contentType: "text/plain"], [.contentType: ""], [.contentType: "application/x-www-form-urlencoded"],
        [.contentType: "application/json", .contentEncoding: "gzip"],
      ] as [HTTPFields])
    func unsupported(fields: HTTPFields) async throws {
      let service = try OrderService()
      let body = Request.Body.complete(Array(#"{"products":["y"],"amount":1}"#.utf8))
      let answer = await service.send(.post, "/orders", fields, body: body)
      #expect(answer.status == 415)
      #expect(answer.code == "unsupported-media-type")
      #expect(answer.fields[.accept] == "application/json")
      #expect(await service.get("/orders").body["orders"]?.elements.count == 0)
    }

    @Test(
      "refuses what is no JSON with 400, and stores nothing",
      arguments: [
        "", "{", "{}}", "\u{FEFF}{}", #"{"products":["\ud800"],"amount":1}"#, String(repeating: "[", count: 33),
      ])
    func malformed(body: String) async throws {
      let service = try OrderService()
      let answer = await service.post(body)
      #expect(answer.status == 400)
      #expect(answer.code == "malformed-json")
      #expect(answer.fields[.contentType] == "application/problem+json")
      #expect(await service.get("/orders").body["orders"]?.elements.count == 0)
    }

    @Test("names every violation of an order's shape with 422")
    func invalid() async throws {
      let service = try OrderService()
      let answer = await service.post(#"{"products":["",1],"amount":-1,"x":0,"x":0}"#)
      #expect(answer.status == 422)
      #expect(answer.code == "invalid-order")
      let pointers = answer.body["errors"]?.elements.map { $0["pointer"]?.text }
      #expect(pointers == ["/products/0", "/products/1", "/amount", "/x", "/x", "/x"])
    }

    @Test("refuses a repeated member though the order is fine otherwise")
    func repeated() async throws {
      let service = try OrderService()
      let answer = await service.post(#"{"products":["a"],"amount":1,"amount":1}"#)
      #expect(answer.status == 422)
      #expect(answer.body["errors"]?.elements.map { $0["pointer"]?.text } == ["/amount"])
    }

    @Test("tells no more than a hundred violations, and that there are more")
    func manyViolations() async throws {
      let service = try OrderService()
      let answer = await service.post("{" + (0..<5000).map { #""m\#($0)":0"# }.joined(separator: ",") + "}")
      #expect(answer.status == 422)
      #expect(answer.body["errors"]?.elements.count == 100)
      #expect(
        answer.body["detail"]?.text
          == "More than 100 values in the body are invalid. The first 100 are listed.")
    }

    @Test("answers 413 for a body over the limit and 400 for a truncated one, after the type")
    func bodies() async throws {
      let service = try OrderService()
      let large = await service.send(
        .post, "/orders", [.contentType: "application/json"], body: .tooLarge(limit: 4_194_304))
      #expect(large.status == 413)
      #expect(large.code == "body-too-large")
      let truncated = await service.send(.post, "/orders", [.contentType: "application/json"], body: .truncated)
      #expect(truncated.status == 400)
      #expect(truncated.code == "truncated-body")
      #expect(await service.send(.post, "/orders", body: .tooLarge(limit: 1)).status == 415)
      #expect(await service.get("/orders").body["orders"]?.elements.count == 0)
    }

    @Test("answers 503 busy when the queue is full")
    func queueFull() async throws {
      let service = try OrderService(queueLimits: QueueLimits(jobs: 2))
      _ = await service.post()
      _ = await service.post()
      let answer = await service.post()
      #expect(answer.status == 503)
      #expect(answer.code == "busy")
      #expect(answer.fields[.retryAfter] != nil)
    }

    @Test("says when to come back by the queue of the kind alone, and by how long its oldest job has waited")
    func ownQueue() async throws {
      var pauses = Kind.pauses
      pauses.limits.waiting = 2
      let load = Load(queued: [Kind.orders.name: 100, pauses.name: 2], endsPerSecond: 0.5)
      let service = try OrderService(kinds: [.orders, pauses], load: load)
      let pause = #"{"milliseconds":"1"}"#
      for _ in 1...100 { #expect(await service.post().status == 202) }
      for _ in 1...2 { #expect(await service.post(pause, to: "/pauses").status == 202) }
      // Of the 202, too.
      #expect(await service.post().fields[.retryAfter] == "20")
      #expect(await service.get("/orders/1/status").fields[.retryAfter] == "20")
      #expect(await service.get("/pauses/101/status").fields[.retryAfter] == "1")
      #expect(await service.post(pause, to: "/pauses").fields[.retryAfter] == "1")
      let old = NewJob(kind: pauses.name, input: [])
      _ = try await service.store.dropKind(pauses.name, at: .now)
      for _ in 1...2 {
        let accepted = Timestamp(milliseconds: Timestamp.now.milliseconds - 295_000)
        _ = try await service.store.submit(old, limits: QueueLimits(), at: accepted)
      }
      #expect(await service.post(pause, to: "/pauses").fields[.retryAfter] == "30")
    }

    @Test("answers 503 busy when too many bytes wait, also to who would be below the limit of orders")
    func bytesFull() async throws {
      let service = try OrderService(queueLimits: QueueLimits(jobs: 100, bytes: 100))
      for _ in 1...2 { #expect(await service.post().status == 202) }
      let long = #"{"products":["\#(String(repeating: "x", count: 100))"],"amount":1}"#
      let answer = await service.post(long)
      #expect(answer.status == 503)
      #expect(answer.code == "busy")
      #expect(answer.fields[.retryAfter] != nil)
      #expect(await service.post(#"{"products":["a"],"amount":1}"#).status == 202)
    }

    @Test("answers 429 to the client that has half of the queue, by user or else by address, and 202 to all others")
    func overShare() async throws {
      let service = try OrderService(queueLimits: QueueLimits(jobs: 8))
      let order = Request.Body.complete(Array(#"{"products":["y"],"amount":1}"#.utf8))
      func post(user: String? = nil, from address: String, key: String = "") async -> Answer {
        var fields: HTTPFields = [.contentType: "application/json"]
        if !key.isEmpty { fields[.idempotencyKey] = key }
        return await service.send(.post, "/orders", fields, body: order, user: user, from: address)
      }
      for number in 1...4 { #expect(await post(from: "203.0.113.7", key: "k\(number)").status == 202) }
      let refused = await post(from: "203.0.113.7", key: "k5")
      #expect(refused.status == 429)
      #expect(refused.code == "too-many-requests")
      #expect(refused.fields[.retryAfter] != nil)
      #expect(await post(from: "203.0.113.7", key: "k1").fields[.idempotentReplayed] == "true")
      // Somebody else's, a user at the same address, and this machine's.
      #expect(await post(from: "203.0.113.8").status == 202)
      #expect(await post(user: "ann", from: "203.0.113.7").status == 202)
      #expect(await post(from: "127.0.0.1").status == 202)
      #expect(await service.send(.delete, "/orders/2/cancel").status == 204)
      #expect(await post(from: "203.0.113.7", key: "k5").status == 202)
    }

    @Test(
      "gives an amount back digit for digit",
      arguments: ["19.99", "0.1", "100.00", "12345678901234.56", "1e-63", "-0"])
    func amounts(amount: String) async throws {
      let service = try OrderService()
      _ = await service.post(#"{"amount":\#(amount),"products":["a"]}"#)
      #expect(
        await service.get("/orders/1").text == #"{"id":1,"products":["a"],"amount":\#(amount),"status":"started"}"#)
    }
  }
}
