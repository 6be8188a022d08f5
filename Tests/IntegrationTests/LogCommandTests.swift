import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("orders log")
  struct LogCommandTests {
    private let kinds: KindFolder

    init() throws {
      kinds = try KindFolder()
    }

    @Test("prints the text as it is, of the job that it is given with the path of its kind")
    func prints() async throws {
      let server = try CannedServer(
        .answers([CannedServer.answer("200 OK", "text/plain; charset=utf-8", "one\n\u{1B}[1mtwö\n\nthree")]))
      try await blocking {
        let answer = try TerminalClient(port: server.port)("log", "sheets/3")
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(answer.output == "one\n\u{1B}[1mtwö\n\nthree")
        #expect(server.requests.first?.hasPrefix("GET /sheets/3/log HTTP/1.1\r\n") == true)
        #expect(server.requests.first?.contains("Accept: text/plain, application/problem+json\r\n") == true)
      }
    }

    @Test("says that there is none, and ends with 5; what names no job is wrong use")
    func none() async throws {
      let service = try await RunningService.start(processes: 1, kinds: kinds.path)
      try await blocking {
        let client = TerminalClient(service)
        let missing = try client("log", "echoes/9")
        #expect(missing.status == 5)
        #expect(missing.errors == "orders: There is no echo 9.\n")
        let other = try client("log", "orders/\(service.client().submit())")
        #expect(other.status == 5)
        let stored = try client("log", "echoes/1", "--store", "sqlite:\(service.database)")
        #expect(stored.status == 5)
        #expect(stored.errors == "orders: The store has no job echoes/1.\n")
        #expect(try client("log", "9").status == 64)
      }
      try await service.stopsWell()
    }
  }
}
