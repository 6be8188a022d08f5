import FastCGI
import HTTPTypes
import Jobs
import TestSupport
import Testing

@testable import Orders

extension APITests {
  @Suite("Event streams")
  struct EventTests {
    private let service = try! OrderService()

    private func open(
      _ target: String, after id: String? = nil, user: String? = nil, of service: OrderService? = nil
    ) async throws -> EventReader {
      var fields: HTTPFields = [.accept: "text/event-stream"]
      if let id { fields[.lastEventID] = id }
      let response = await (service ?? self.service).response(.get, target, fields, user: user)
      #expect(response.status == .ok)
      #expect(response.headerFields[.contentType] == "text/event-stream")
      #expect(response.headerFields[.cacheControl] == "no-cache, no-transform")
      #expect(response.headerFields[HTTPField.Name("X-Accel-Buffering")!] == "no")
      return try EventReader(response)
    }

    private func id(_ change: Int64) -> String { "\(service.store.name)-\(change)" }

    @Test("the stream of one order begins with its state, tells each change, and ends with the final one")
    func one() async throws {
      let id = try await service.order()
      var reader = try await open("/orders/1/events")
      let first = try #require(try await reader.next())
      #expect(reader.text.hasPrefix("retry: 1000\n: order 1\nid: "))
      #expect(first.map { $0.body["status"]?.text } == ["started"])
      let status = await service.get("/orders/1/status")
      #expect(first.first?.data == status.text)
      #expect(status.fields[.eTag] == "\"\(first[0].id ?? "")\"")
      let tenure = try await service.claim(id)
      #expect(try await reader.next()?.first?.body["status"]?.text == "running")
      try await service.finish(tenure, as: .complete([]))
      let last = try await reader.rest()
      #expect(last.map { $0.body["status"]?.text } == ["complete"])
      #expect(last[0].body["done"] == .bool(true))
    }

    @Test("a client that comes again gets only what it has not heard")
    func resumes() async throws {
      let order = try await service.order()
      var reader = try await open("/orders/1/events")
      let known = try #require(try await reader.next()?.first?.id)
      let tenure = try await service.claim(order)
      var again = try await open("/orders/1/events", after: known)
      #expect(try await again.events(1).map { $0.body["status"]?.text } == ["running"])
      try await service.finish(tenure, as: .complete([]))
      var late = try await open("/orders/1/events", after: known)
      #expect(try await late.rest().map { $0.body["status"]?.text } == ["complete"])
    }

    @Test(
      "who has heard the final event gets 204, and who has not gets it",
      arguments: [JobStatus.complete, .failed, .cancelled])
    func final(_ status: JobStatus) async throws {
      let order = try await service.order(status)
      let change = try #require(try await service.store.read(order)).change
      #expect(await service.get("/orders/1/events", [.lastEventID: id(change)]).status == 204)
      _ = try await service.order()
      #expect(await service.get("/orders/1/events", [.lastEventID: id(change + 1)]).status == 204)
      for known in [nil, id(change - 1), id(change + 9), "other-\(change)", "nonsense", "\(service.store.name)-"] {
        var reader = try await open("/orders/1/events", after: known)
        #expect(
          try await reader.rest().map { $0.body["status"]?.text } == [status.rawValue], "after \(known ?? "nothing")")
      }
    }

    @Test(
      "the stream of all begins with the newest page, in order of its changes, and tells of every order once a change")
    func all() async throws {
      for _ in 0..<5 { try await service.order() }
      _ = try await service.store.cancel(JobID(rawValue: 3), at: .now)
      var reader = try await open("/orders/events?limit=3")
      let page = try await reader.events(3)
      #expect(page.map { $0.body["id"]?.text } == ["4", "5", "3"])
      #expect(page.map(\.id) == [4, 5, 6].map(id))
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      #expect(try await reader.events(1).map(\.id) == [id(7)])
      try await service.order()
      #expect(try await reader.events(1).map { $0.body["id"]?.text } == ["6"])
    }

    @Test("the stream of all goes on where another one ended, in order, and repeats nothing")
    func allResumes() async throws {
      for _ in 0..<5 { try await service.order() }
      for order in 1...3 { _ = try await service.store.cancel(JobID(rawValue: Int64(order)), at: .now) }
      var reader = try await open("/orders/events", after: id(4))
      #expect(try await reader.events(4).map(\.id) == [5, 6, 7, 8].map(id))
      for foreign in ["other-4", id(9)] {
        var snapshot = try await open("/orders/events", after: foreign)
        #expect(try await snapshot.events(5).map(\.id) == [4, 5, 6, 7, 8].map(id))
      }
    }

    @Test("a slow reader gets the newest state of each order once, however often they changed meanwhile")
    func slowReader() async throws {
      for _ in 0..<3 { try await service.order() }
      var reader = try await open("/orders/events")
      _ = try await reader.events(3)
      let before = reader.text.utf8.count
      for order in 1...3 {
        let tenure = try await service.claim(JobID(rawValue: Int64(order)))
        for report in 1...200 {
          let report = JobReport(tenure: tenure, progress: .units(report, of: 200, step: "products"))
          _ = try await service.store.renew([report], as: MemberState(), at: .now)
        }
      }
      let newest = try await service.store.newestChange()
      #expect(newest > 600)
      let events = try await reader.events(3)
      #expect(events.map { $0.body["id"]?.text } == ["1", "2", "3"])
      #expect(events.last?.id == id(newest))
      for event in events { #expect(event.body["progress"]?["completed"]?.text == "200") }
      #expect(reader.text.utf8.count - before < 2000)
    }

    @Test("a filter chooses the snapshot, and what an order in it can come to is told too")
    func filters() async throws {
      try await service.order(.cancelled)
      try await service.order(.complete)
      try await service.order()
      var waiting = try await open("/orders/events?status=started")
      var failed = try await open("/orders/events?status=failed")
      var some = try await open("/orders/events?ids=1,3")
      #expect(try await waiting.events(1).map { $0.body["id"]?.text } == ["3"])
      #expect(try await failed.next() == [])
      #expect(try await some.events(2).map { $0.body["id"]?.text } == ["1", "3"])
      let tenure = try await service.claim(JobID(rawValue: 3))
      #expect(try await waiting.events(1).map { $0.body["status"]?.text } == ["running"])
      _ = try await service.order()
      try await service.finish(tenure, as: .fail(.workFailed))
      #expect(try await waiting.events(2).map { $0.body["status"]?.text } == ["started", "failed"])
      #expect(try await failed.events(1).map { $0.body["id"]?.text } == ["3"])
      #expect(try await some.events(1).map { $0.body["status"]?.text } == ["failed"])
      #expect(
        await service.get("/orders/events?status=lost", [.accept: "text/event-stream"]).body["parameter"]?.text
          == "status")
    }

    @Test("everybody hears of their own orders only")
    func owners() async throws {
      try await service.order(user: "ann")
      try await service.order(user: "bob")
      #expect(await service.get("/orders/1/events", user: "bob").status == 404)
      #expect(await service.get("/orders/1/events").status == 404)
      var reader = try await open("/orders/events", user: "bob")
      #expect(try await reader.events(1).map { $0.body["id"]?.text } == ["2"])
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      _ = try await service.store.cancel(JobID(rawValue: 2), at: .now)
      #expect(try await reader.events(1).map { $0.body["id"]?.text } == ["2"])
    }

    @Test("an expired order is told as such")
    func expires() async throws {
      try await service.order(.cancelled)
      var reader = try await open("/orders/events")
      _ = try await reader.events(1)
      let later = Timestamp(milliseconds: Timestamp.now.milliseconds + 1)
      try await eventually("expired") {
        try await !service.store.expire(endedBefore: later, limit: 1, at: .now).isEmpty
      }
      let event = try #require(try await reader.events(1).first)
      #expect(event.type == "expired" && event.data == #"{"id":1}"#)
    }

    @Test("a drain ends streams with the advice to come again")
    func drains() async throws {
      try await service.order()
      for target in ["/orders/1/events", "/orders/events"] {
        var reader = try await open(target)
        _ = try await reader.events(1)
        service.waits.drain()
        #expect(try await reader.rest() == [])
        #expect(reader.text.split(separator: "\n").last?.hasPrefix("retry: ") == true)
      }
    }

    @Test("so many streams may be open and no more; one that ends makes room")
    func limit() async throws {
      let service = try OrderService(streamLimit: 2)
      try await service.order()
      var readers = [try await open("/orders/events", of: service), try await open("/orders/1/events", of: service)]
      let refused = await service.get("/orders/events", [.accept: "text/event-stream"])
      #expect(refused.status == 503 && refused.code == "busy" && refused.fields[.retryAfter] != nil)
      readers.removeLast()
      _ = try await open("/orders/events", of: service)
      withExtendedLifetime(readers) {}
    }

    @Test("Accept must allow events", arguments: ["application/json", "text/event-stream;q=0, */*", "text/html"])
    func accept(_ value: String) async throws {
      #expect(await service.get("/orders/events", [.accept: value]).status == 406)
    }
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = Self("Last-Event-ID")!
}
