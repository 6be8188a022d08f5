import FastCGI
import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("GET /scans/{id}/log")
  struct LogTests {
    private static func scans(_ name: String = "scan", log: LogReader?) -> Kind {
      Kind(name, path: name + "s", input: #"{"type":"object"}"#, log: log, work: NoWork())
    }

    @Test("is 404 while the program has logged nothing, for other users, and for jobs of other kinds")
    func missing() async throws {
      let service = try OrderService(kinds: [.orders, Self.scans(log: .owner)])
      #expect(await service.post("{}", to: "/scans", user: "anna").status == 202)
      let none = await service.get("/scans/1/log", user: "anna")
      #expect(none.status == 404)
      #expect(none.code == "no-log")
      #expect(none.body["detail"]?.text == "The scan 1 has no log yet.")
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      #expect(await service.get("/scans/1/log", user: "anna").body["detail"]?.text == "The scan 1 has no log.")
      for (user, target) in [("bert", "/scans/1/log"), ("anna", "/scans/2/log"), ("anna", "/orders/1/log")] {
        let answer = await service.get(target, user: user)
        #expect(answer.status == 404)
        #expect(answer.code == "not-found")
      }
    }

    @Test("is there for GET and HEAD alone, as text/plain")
    func methods() async throws {
      let service = try OrderService(kinds: [Self.scans(log: .owner)])
      let posted = await service.send(.post, "/scans/1/log")
      #expect(posted.status == 405)
      #expect(posted.fields[.allow] == "GET, HEAD, OPTIONS")
      #expect(await service.get("/scans/1/log", [.accept: "application/json"]).status == 406)
      #expect(await service.get("/scans/1/log/", [.accept: "text/plain"]).status == 404)
    }

    @Test(
      "is at no address of a kind without logs, or whose logs are for the operator",
      arguments: [nil, LogReader.operator])
    func noRoute(log: LogReader?) async throws {
      let service = try OrderService(kinds: [Self.scans(log: log)])
      #expect(await service.post("{}", to: "/scans").status == 202)
      let answer = await service.get("/scans/1/log")
      #expect(answer.status == 404)
      #expect(answer.code == "not-found")
      #expect(await service.send(.delete, "/scans/1/log").status == 404)
      let described = await service.get("/openapi.json")
      #expect(!described.text.contains("/log"))
    }

    @Test("is text in UTF-8 whatever the program wrote, to be asked about again, and never taken for a page")
    func text() throws {
      let bytes = Array("caf".utf8) + [0xE9, 0x0A] + Array("ü <b>\r\n".utf8) + [0xC3]
      let response = Response.log(bytes, known: nil)
      let answer = Answer(response)
      #expect(answer.status == 200)
      #expect(answer.text == "caf\u{FFFD}\nü <b>\r\n\u{FFFD}")
      #expect(String(validating: answer.bytes, as: UTF8.self) != nil)
      #expect(answer.fields[.contentType] == "text/plain; charset=utf-8")
      #expect(answer.fields[.cacheControl] == "no-cache")
      #expect(answer.fields[.xContentTypeOptions] == "nosniff")
      let tag = try #require(answer.fields[.eTag])
      #expect(Response.log(bytes, known: tag).status == .notModified)
      #expect(Response.log(bytes + [0x0A], known: tag).status == .ok)
    }

    @Test("is in the description of the API, and among the links of an accepted job, of kinds that have logs")
    func described() async throws {
      let service = try OrderService(kinds: [.orders, Self.scans(log: .owner)])
      let document = await service.get("/openapi.json").body
      let log = document["paths"]?["/scans/{id}/log"]?["get"]
      #expect(log?["operationId"]?.text == "logScan")
      #expect(log?["responses"]?["200"]?["content"]?["text/plain"] != nil)
      for code in ["304", "404", "406", "410", "412", "503"] { #expect(log?["responses"]?[code] != nil, "\(code)") }
      let links = document["paths"]?["/scans"]?["post"]?["responses"]?["202"]?["links"]
      #expect(links?["log"]?["operationId"]?.text == "logScan")
      #expect(document["paths"]?["/orders/{id}/log"] == nil)
    }
  }
}
