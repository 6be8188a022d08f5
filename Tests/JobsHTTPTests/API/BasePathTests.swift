import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Below a path")
  struct BasePathTests {
    @Test(
      "is one of plain parts, with or without a slash at its end",
      arguments: [
        ("/", ""), ("/api", "/api"), ("/api/", "/api"), ("/outer/api", "/outer/api"), ("/a.b/c-d_~1", "/a.b/c-d_~1"),
        ("", nil), ("api", nil), ("//", nil), ("/api//", nil), ("//api", nil), ("/a b", nil), ("/%61", nil),
        ("/a?b", nil),
        ("/..", nil), ("/a/.problem", nil), ("/page", nil), ("/ä", nil), ("http://x/api", nil),
      ])
    func syntax(text: String, path: String?) {
      #expect(BasePath(text)?.text == path)
    }

    @Test("may have lost its beginning on the way", arguments: ["", "/api", "/outer/api"])
    func endings(prefix: String) async throws {
      let service = try OrderService(basePath: try #require(BasePath("/outer/api")))
      let posted = await service.post(to: prefix + "/orders")
      #expect(posted.status == 202 && posted.fields[.location] == "/outer/api/orders/1/status")
      for target in ["/orders/1/status", "/orders/1/", "/openapi.json?a", "/", "/orders?limit=1"] {
        #expect(await service.get(prefix + target).status == 200, "\(target)")
      }
    }

    @Test(
      "has nothing at other addresses",
      arguments: [
        "/outer", "/outer/", "/outer/orders", "/apis/orders", "/outer/apis", "/api/api/orders", "/API/orders",
        "/%61pi/orders", "//api/orders", "/api//orders", "/api/outer/orders", "/outer/api//",
      ])
    func elsewhere(target: String) async throws {
      let service = try OrderService(basePath: try #require(BasePath("/outer/api")))
      #expect(await service.get(target).code == "not-found")
    }

    @Test("names it in all that leads on")
    func links() async throws {
      let service = try OrderService(basePath: try #require(BasePath("/api")))
      for _ in 1...2 { _ = await service.post(to: "/api/orders") }
      let page = await service.get("/api/orders?limit=1")
      let next = try #require(page.body["next"]?.text)
      #expect(next.hasPrefix("/api/orders?limit=1&after="))
      #expect(page.fields[.link] == "<\(next)>; rel=\"next\"")
      #expect(await service.get(next).body["orders"]?.elements.first?["id"]?.text == "2")

      for target in ["/api", "/api/", "/api?a=b"] {
        let welcome = await service.get(target).body
        #expect(welcome["description"]?.text == "/api/openapi.json")
        #expect(welcome["collections"]?.elements.map(\.text) == ["/api/orders"])
        #expect(welcome["kinds"]?.elements.map { $0["path"]?.text } == ["/api/orders"])
        #expect(welcome["try"]?["path"]?.text == "/api/orders")
      }
      let description = await service.get("/api/openapi.json").body
      #expect(description["servers"]?.elements.map { $0["url"]?.text } == ["/api"])
      let paths = try #require(description["paths"])
      #expect(paths.names.contains("/orders/{id}/status") && !paths.names.contains { $0.hasPrefix("/api") })
      for path in ["/healthz", "/metrics"] {
        #expect(paths[path]?["servers"]?.elements.map { $0["url"]?.text } == ["/"])
      }
      #expect(await service.get("/healthz").status == 200)
    }

    @Test("tells it to no one at the root")
    func root() async throws {
      let service = try OrderService()
      let description = await service.get("/openapi.json").body
      #expect(description["servers"]?.elements.map { $0["url"]?.text } == ["/"])
      #expect(description["paths"]?["/healthz"]?["servers"] == nil)
      #expect(await service.post().fields[.location] == "/orders/1/status")
    }

    @Test(
      "sends the web server to its own addresses below the location that passed the request on, and to none elsewhere",
      arguments: [
        ("/outer/api/", true, "/outer/api/page/index.html"), ("/api", true, "/api/page/index.html"),
        ("/", true, "/page/index.html"), ("/outer/api/", false, "/page/index.html"), ("/", false, "/page/index.html"),
      ])
    func mounted(target: String, isMounted: Bool, address: String) async throws {
      let service = try OrderService(basePath: try #require(BasePath("/outer/api")))
      let request = Request(
        method: .get, target: target, headerFields: [.accept: "text/html"],
        parameters: Parameters(
          [(name: "ORDERS_PAGE", value: "/page/index.html")] + (isMounted ? [(name: "ORDERS_MOUNTED", value: "1")] : [])
        ))
      #expect(Answer(await service.api.respond(to: request)).fields[.accelRedirect] == address)
    }

    @Test("is busy, not unknown, where only another process serves the kind")
    func unavailable() async throws {
      let service = try OrderService(basePath: try #require(BasePath("/api")))
      let reports = Kind("report", path: "reports", input: #"{"type":"object"}"#, work: NoWork())
      try await service.store.declare([DeclaredKind(name: reports.name, path: "reports", digest: "1")], at: .now)
      for target in ["/api/reports/1", "/reports", "/api/reports?a"] {
        #expect(await service.get(target).status == 503, "\(target)")
      }
      #expect(await service.get("/api/unknown/1").status == 404)
    }
  }
}
