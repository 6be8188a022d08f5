import Glibc
import HTTPTypes
import Jobs
import JobsSQLite
import StrictJSON
import TestSupport
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("A store that can't be used")
  struct StoreFailureTests {
    @Test("is 503 for what has to be written, and the log is told why")
    func unavailable() async throws {
      let service = try OrderService(store: .init(turnLimit: .seconds(3)))
      try await service.order()
      let turn = open(service.folder.path + "/orders.sqlite-turn", O_RDWR)
      defer { close(turn) }
      try #require(flock(turn, LOCK_EX) == 0)
      async let submission = service.post()
      async let cancellation = service.send(.delete, "/orders/1/cancel")
      for answer in await [submission, cancellation] {
        #expect(answer.status == 503)
        #expect(answer.code == "store-unavailable")
        #expect(answer.fields[.retryAfter] != nil)
      }
      #expect(service.failures.count == 2)
      #expect(await service.get("/orders/1/status").status == 200)
      flock(turn, LOCK_UN)
      #expect(await service.post().status == 202)
    }

    @Test("is told by GET /healthz, with the process that holds it up, until it is over")
    func held() async throws {
      let service = try OrderService(store: .init(turnLimit: .seconds(3)))
      let turn = open(service.folder.path + "/orders.sqlite-turn", O_RDWR)
      defer { close(turn) }
      try #require(flock(turn, LOCK_EX) == 0)
      _ = pwrite(turn, "4711\n", 5, 0)
      #expect(await service.post().status == 503)
      let answer = await service.get("/healthz")
      #expect((answer.status, answer.code) == (503, "store-unavailable"))
      #expect(answer.fields[.contentType] == "application/problem+json")
      #expect(answer.body["holder"]?["pid"]?.text == "4711")
      #expect(answer.body["detail"]?.text?.contains("4711") == true)
      #expect(answer.body["processes"]?.elements.count == 1)
      flock(turn, LOCK_UN)
      try await eventually("it is well again") { await service.get("/healthz").status == 200 }
    }

    @Test("names what keeps jobs from being worked on, where something does")
    func troubles() async throws {
      let service = try OrderService()
      #expect(await service.get("/healthz").body["processes"]?.elements.first?["troubles"] == nil)
      let trouble = WorkTrouble(
        code: "process-not-ended", kind: JobKind(rawValue: "sheet"), job: JobID(rawValue: 7), detail: "It \"may\" live."
      )
      _ = try await service.store.renew([], as: MemberState(troubles: [trouble]), at: .now)
      let answer = await service.get("/healthz")
      #expect(answer.status == 200)
      let told = try #require(answer.body["processes"]?.elements.first?["troubles"]?.elements.first)
      #expect(told["code"]?.text == "process-not-ended" && told["kind"]?.text == "sheet")
      #expect(told["job"]?.text == "7" && told["detail"]?.text == "It \"may\" live.")
    }

    @Test("says how a process runs programs, where it runs any")
    func programs() async throws {
      let service = try OrderService()
      #expect(await service.get("/healthz").body["processes"]?.elements.first?["programs"] == nil)
      func told(_ programs: ProgramConfinement) async throws -> String? {
        _ = try await service.store.renew([], as: MemberState(programs: programs), at: .now)
        let answer = await service.get("/healthz")
        return answer.text.firstMatch(of: /"programs":({[^}]*})/).map { String($0.1) }
      }
      let watched = ProgramConfinement(
        user: "nobody", sandbox: "bubblewrap", withoutSandbox: [JobKind(rawValue: "sheet")],
        limits: .watching(missing: "It \"is\"."))
      #expect(
        try await told(watched) == """
          {"user":"nobody","sandbox":"bubblewrap","withoutSandbox":["sheet"],"limits":"watching","missing":"It \\"is\\"."}
          """)
      let grouped = ProgramConfinement(user: "7", sandbox: nil, limits: .cgroups)
      #expect(try await told(grouped) == #"{"user":"7","sandbox":"none","limits":"cgroups"}"#)
    }

    @Test("accepts nothing when the last process that lives shuts down, and says when to come back")
    func lastOne() async throws {
      let service = try OrderService()
      let sibling = try SQLiteJobStore.open(path: service.folder.path + "/orders.sqlite")
      service.waits.drain()
      #expect(await service.post().status == 202)
      _ = try await sibling.renew([], as: MemberState(isDraining: true), at: .now)
      _ = try await service.store.renew([], as: MemberState(isDraining: true), at: .now)
      let answer = await service.post()
      #expect((answer.status, answer.code) == (503, "busy"))
      #expect(answer.fields[.retryAfter] == "5")
      #expect(try await service.store.counts().queued == 1)
      await sibling.close()
    }

    @Test("is 503 busy when this process is about to stop")
    func closed() async throws {
      let service = try OrderService()
      try await #require(service.store as? SQLiteJobStore).close()
      for answer in await [service.post(), service.get("/orders/1"), service.get("/orders"), service.get("/healthz")] {
        #expect(answer.status == 503)
        #expect(answer.code == "busy")
        #expect(answer.fields[.retryAfter] != nil)
      }
    }
  }
}
