import FastCGI
import Foundation
import HTTPTypes
import Jobs
import TestSupport
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Preconditions")
  struct PreconditionTests {
    /// What never names a state of an order: nonsense, another store's tag, a tag of no change, and tags without quotes.
    static let foreign = [
      #""nonsense""#, #""x-1""#, "nonsense", "", "W/", #""""#, #""-1""#, "*, x", #""99999999999999999999""#,
    ]

    @Test(
      "a cancel whose If-Match names another state does nothing", arguments: foreign, [JobStatus.started, .running])
    func mismatch(value: String, status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let before = await service.get("/orders/1/status")
      let answer = await service.send(.delete, "/orders/1/cancel", [.ifMatch: value])
      #expect(answer.status == 412 && answer.code == "precondition-failed", "\(value)")
      #expect(await service.get("/orders/1/status").bytes == before.bytes)
    }

    @Test("a cancel under the tag of the order or of its status cancels, and does so again when it comes twice")
    func match() async throws {
      let service = try OrderService()
      for (number, target) in ["", "/status"].enumerated() {
        let path = "/orders/\(try await service.order())"
        let tag = try #require(await service.get(path + target).fields[.eTag])
        let value = ["W/\(tag)", #""x", \#(tag)"#][number]
        for _ in 1...2 {
          #expect(await service.send(.delete, path + "/cancel", [.ifMatch: value]).status == 204)
        }
        #expect(await service.send(.delete, path + "/cancel", [.ifMatch: #""x""#, .ifNoneMatch: "*"]).status == 204)
      }
      try await service.order()
      #expect(await service.send(.delete, "/orders/3/cancel", [.ifMatch: " * "]).status == 204)
    }

    @Test("a cancel under If-None-Match is for orders whose state is another")
    func noneMatch() async throws {
      let service = try OrderService()
      try await service.order()
      let tag = try #require(await service.get("/orders/1").fields[.eTag])
      for value in ["*", tag, #"W/"x", \#(tag)"#] {
        #expect(await service.send(.delete, "/orders/1/cancel", [.ifNoneMatch: value]).status == 412, "\(value)")
      }
      #expect(await service.send(.delete, "/orders/1/cancel", [.ifMatch: tag, .ifNoneMatch: tag]).status == 412)
      #expect(await service.send(.delete, "/orders/1/cancel", [.ifNoneMatch: #""x-1""#]).status == 204)
    }

    @Test("where the answer is no 2xx, preconditions make it no other")
    func others() async throws {
      let service = try OrderService()
      try await service.order(.complete)
      let fields: HTTPFields = [.ifMatch: #""x""#, .ifNoneMatch: "*"]
      #expect(await service.send(.delete, "/orders/1/cancel", fields).code == "order-already-finished")
      #expect(await service.send(.delete, "/orders/7/cancel", fields).status == 404)
      #expect(await service.get("/orders/7", fields).status == 404)
      #expect(await service.get("/orders?limit=x", fields).status == 400)
      #expect(await service.post("{", fields).status == 400)
      #expect(await service.post("{}", fields).status == 422)
      #expect(await service.send(.put, "/orders/1", fields).status == 405)
      // It selects no state (RFC 9110 section 13.2.1).
      #expect(await service.send(.options, "/orders/1/cancel", fields).status == 204)
    }

    @Test(
      "a GET or HEAD whose If-Match names another state is 412, before a 304 too",
      arguments: ["/orders", "/orders/1", "/orders/1/status", "/orders/1/result", "/openapi.json"])
    func reads(target: String) async throws {
      let service = try OrderService()
      try await service.order(.complete)
      let tag = try #require(await service.get(target).fields[.eTag])
      for method in [HTTPRequest.Method.get, .head] {
        for value in [tag, "W/\(tag)", "*", #""x", \#(tag)"#] {
          #expect(await service.send(method, target, [.ifMatch: value]).status == 200)
          #expect(await service.send(method, target, [.ifMatch: value, .ifNoneMatch: tag]).status == 304)
        }
        for value in Self.foreign {
          #expect(await service.send(method, target, [.ifMatch: value]).code == "precondition-failed", "\(value)")
          #expect(await service.send(method, target, [.ifMatch: value, .ifNoneMatch: tag]).status == 412)
        }
      }
    }

    @Test("a list whose If-Match names another state is refused before its page is read")
    func unreadPage() async throws {
      let service = try OrderService()
      try await service.order()
      // Whoever reads the page fails.
      let change = Process()
      change.executableURL = URL(filePath: "/usr/bin/sqlite3")
      change.arguments = [service.folder.path + "/orders.sqlite", "ALTER TABLE job RENAME COLUMN input TO lost"]
      try change.run()
      change.waitUntilExit()
      try #require(change.terminationStatus == 0)
      #expect(await service.get("/orders").status == 503)
      for method in [HTTPRequest.Method.get, .head] {
        #expect(await service.send(method, "/orders", [.ifMatch: #""x""#]).code == "precondition-failed")
      }
    }

    @Test("what has no tag is named by a star alone, and a stream that is refused gives its place back")
    func untagged() async throws {
      let service = try OrderService(streamLimit: 1)
      try await service.order()
      for target in ["/", "/healthz", "/metrics", "/orders/1/events", "/orders/events"] {
        for _ in 1...3 { #expect(await service.get(target, [.ifMatch: #""x""#]).status == 412, "\(target)") }
        #expect(await service.response(.get, target, [.ifMatch: "*"]).status == 200, "\(target)")
      }
    }

    @Test("a POST to a collection is for the collection whose tag it names")
    func submissions() async throws {
      let service = try OrderService()
      for user in [nil, "ann"] {
        #expect(await service.post([.ifNoneMatch: "*"], user: user).code == "precondition-failed")
        let tag = try #require(await service.get("/orders", user: user).fields[.eTag])
        #expect(await service.post([.ifNoneMatch: tag], user: user).status == 412)
        #expect(await service.post([.ifMatch: tag], user: user).status == 202)
        #expect(await service.post([.ifMatch: tag], user: user).status == 412)
        #expect(await service.post([.ifNoneMatch: tag], user: user).status == 202)
        #expect(await service.post([.ifMatch: "*"], user: user).status == 202)
      }
      #expect(try await service.store.counts().queued == 6)
    }
  }
}

extension OrderService {
  fileprivate func post(_ fields: HTTPFields, user: String?) async -> Answer {
    await post(to: "/orders", fields, user: user)
  }
}
