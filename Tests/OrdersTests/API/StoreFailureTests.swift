import Glibc
import HTTPTypes
import Jobs
import JobsSQLite
import TestSupport
import Testing

@testable import Orders

extension APITests {
  @Suite("A store that can't be used")
  struct StoreFailureTests {
    @Test("is 503 for what has to be written, and the log is told why")
    func unavailable() async throws {
      let service = try OrderService(store: .init(turnLimit: .milliseconds(50)))
      try await service.order()
      let turn = open(service.folder.path + "/orders.sqlite-turn", O_RDWR)
      defer { close(turn) }
      try #require(flock(turn, LOCK_EX) == 0)
      for answer in await [service.post(), service.send(.delete, "/orders/1/cancel")] {
        #expect(answer.status == 503)
        #expect(answer.code == "store-unavailable")
        #expect(answer.fields[.retryAfter] != nil)
      }
      #expect(service.failures.count == 2)
      #expect(await service.get("/orders/1/status").status == 200)
      flock(turn, LOCK_UN)
      #expect(await service.post().status == 202)
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
