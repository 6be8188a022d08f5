import FastCGI
import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import TestSupport
import Testing

@testable import JobsHTTP
@testable import JobsSQLite

extension APITests {
  @Suite("Event streams")
  struct EventTests {
    private let service = try! OrderService()

    private func open(
      _ target: String, after id: String? = nil, user: String? = nil, of service: OrderService? = nil,
      from address: String = "127.0.0.1"
    ) async throws -> EventReader {
      var fields: HTTPFields = [.accept: "text/event-stream"]
      if let id { fields[.lastEventID] = id }
      let response = await (service ?? self.service).response(.get, target, fields, user: user, from: address)
      #expect(response.status == .ok)
      #expect(response.headerFields[.contentType] == "text/event-stream")
      #expect(response.headerFields[.cacheControl] == "no-cache, no-transform")
      #expect(response.headerFields[HTTPField.Name("X-Accel-Buffering")!] == "no")
      return try EventReader(response)
    }

    /// Submits many orders at once, for each owner in turn.
    private func flood(_ count: Int, owners: [JobOwner]) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
          let job = NewJob(
            kind: Kind.orders.name, owner: owners[number % owners.count],
            input: Array(#"{"products":["a"],"amount":1}"#.utf8))
          group.addTask { [store = service.store] in
            _ = try await store.submit(job, limits: QueueLimits(jobs: 9999), at: .now)
          }
        }
        try await group.waitForAll()
      }
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

    @Test(
      "who comes again from before the expired orders that are told one by one gets a snapshot; an order's end stays told"
    )
    func folded() async throws {
      try await service.order(.complete)
      let end = try await service.store.newestChange()
      try await service.order(.cancelled)
      let store = try #require(service.store as? SQLiteJobStore)
      try await store.write("expire the second") { transaction in
        let connection = transaction.connection
        try connection(.bury).run(2, transaction.counters.nextChange(), 1)
        try connection(.dropJob).run(2)
        _ = try transaction.foldTombstones(keeping: 0, slack: 0)
      }
      var all = try await open("/orders/events", after: id(end))
      let told = try await all.events(2)
      #expect(told.map(\.type) == ["snapshot", nil] && told.last?.body["id"]?.text == "1")
      let one = await service.get("/orders/1/events", [.accept: "text/event-stream", .lastEventID: id(end)])
      #expect(one.status == 204)
      #expect(await service.get("/orders/2").code == "order-expired")
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
        let events = try await snapshot.events(6)
        #expect(events.first == Event(type: "snapshot", data: #"{"limit":50}"#))
        #expect(events.dropFirst().map(\.id) == [4, 5, 6, 7, 8].map(id))
      }
    }

    @Test("a client that has missed more than a page hears so, and gets what of the newest page it has not heard")
    func longReplay() async throws {
      for _ in 0..<5 { try await service.order() }
      for order in 1...3 { _ = try await service.store.cancel(JobID(rawValue: Int64(order)), at: .now) }
      for (known, told) in [(0, [4, 5, 8]), (1, [4, 5, 8]), (4, [5, 8])] as [(Int64, [Int64])] {
        var reader = try await open("/orders/events?limit=3", after: id(known))
        let events = try await reader.events(told.count + 1)
        #expect(events.first == Event(type: "snapshot", data: #"{"limit":3}"#))
        #expect(events.dropFirst().map(\.id) == told.map(id))
      }
      for (known, told) in [(5, [6, 7, 8]), (7, [8]), (8, [])] as [(Int64, [Int64])] {
        var reader = try await open("/orders/events?limit=3", after: id(known))
        #expect(try await reader.events(told.count).map(\.id) == told.map(id))
      }
      // What the filter leaves out is no part of a replay, and neither is what others have.
      for _ in 0..<9 { try await service.order(user: "ann") }
      var reader = try await open("/orders/events?limit=3&status=cancelled", after: id(0))
      #expect(try await reader.events(3).map(\.id) == [6, 7, 8].map(id))
    }

    @Test("a client that is far behind costs a bounded search, however many orders changed")
    func boundedReplay() async throws {
      let mark = try await service.store.newestChange()
      try await flood(6000, owners: ["ann", "bob"])
      let store = try #require(service.store as? SQLiteJobStore)
      let before = store.reads
      var reader = try await open("/orders/events", after: id(mark), user: "ann")
      #expect(try await reader.events(51).first?.type == "snapshot")
      var none = try await open("/orders/events", after: id(mark), user: "carol")
      #expect(try await none.next()?.map(\.type) == ["snapshot"])
      #expect(store.reads - before < 30)
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

    @Test("a slow reader misses no order, though more changed than the process remembers")
    func verySlowReader() async throws {
      try await service.order()
      var reader = try await open("/orders/events")
      _ = try await reader.events(1)
      let (waits, deadline) = (service.waits, MonotonicTime.now.advanced(by: .seconds(60)))
      // Others hear all of it meanwhile.
      let other = Task { _ = await waits.wait(for: .job(JobID(rawValue: 1)), past: 1, until: deadline) }
      try await eventually("another one waits") { waits.count == 1 }
      try await flood(3500, owners: [""])
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      await other.value
      let events = try await reader.events(3501)
      #expect(events.map(\.id) == (2...3502).map(id))
      #expect(events.last?.body["status"]?.text == "cancelled")
    }

    @Test("a change costs the store a few reads, however many streams hear it, and each hears the last one")
    func readsOnce() async throws {
      let service = try OrderService(streamLimit: 1000)
      let store = try #require(service.store as? SQLiteJobStore)
      let order = try await service.order()
      let following = (0..<200).map { number in
        Task { () -> String? in
          var reader = try await open(number % 2 == 0 ? "/orders/1/events" : "/orders/events", of: service)
          while let events = try await reader.next() {
            if let status = events.last?.body["status"]?.text, status == "complete" { return status }
          }
          return nil
        }
      }
      try await eventually("all wait") { service.waits.count == 200 }
      let before = store.reads
      let deadline = MonotonicTime.now.advanced(by: .seconds(60))
      let tenure = try await service.claim(order)
      for report in 1...20 {
        let report = JobReport(tenure: tenure, progress: .units(report, of: 20, step: "products"))
        _ = try await service.store.renew([report], as: MemberState(), at: .now)
        let newest = try await service.store.newestChange()
        _ = await service.waits.wait(for: .job(order), past: newest - 1, until: deadline)
      }
      try await service.finish(tenure, as: .complete([]))
      for follower in following { #expect(try await follower.value == "complete") }
      #expect(store.reads - before < 200)
    }

    @Test("one client has at most half of the streams: its next one is 429, and others get theirs")
    func share() async throws {
      let service = try OrderService(streamLimit: 4)
      try await service.order()
      try await service.order(user: "ann")
      let target = "/orders/events"
      var readers = [
        try await open(target, user: "ann", of: service), try await open("/orders/2/events", user: "ann", of: service),
      ]
      for target in [target, "/orders/2/events"] {
        let refused = await service.get(target, [.accept: "text/event-stream"], user: "ann")
        #expect((refused.status, refused.code) == (429, "too-many-requests"))
        #expect(refused.fields[.retryAfter] != nil)
      }
      readers.append(try await open(target, of: service, from: "2001:db8::1"))
      readers.append(try await open(target, of: service))
      let full = await service.send(.get, target, [.accept: "text/event-stream"], from: "203.0.113.7")
      #expect((full.status, full.code) == (503, "busy"))
      readers.removeAll()
      _ = try await open(target, user: "ann", of: service)
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
        try await !service.store.expire(Kind.orders.name, endedBefore: later, limit: 1, at: .now).isEmpty
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
