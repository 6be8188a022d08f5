import HTTPTypes
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Pages of other origins")
  struct CrossOriginTests {
    private let shop = "https://shop.example"

    private func fields(_ answer: Answer) -> [String] {
      answer.fields.map(\.name.canonicalName).filter { $0.hasPrefix("access-control") || $0 == "vary" }.sorted()
    }

    @Test("are not spoken of unless that is configured")
    func silent() async throws {
      let service = try OrderService()
      #expect(await fields(service.get("/orders", [.origin: shop])) == [])
      let preflight = await service.send(.options, "/orders", [.origin: shop, .accessControlRequestMethod: "POST"])
      #expect(preflight.status == 204 && fields(preflight) == [])
    }

    @Test("see answers, problems too, and are told what they may send")
    func admitted() async throws {
      let service = try OrderService(crossOrigin: CrossOrigin(origins: [shop, "http://localhost:3000"]))
      for (origin, target) in [(shop, "/orders"), ("http://localhost:3000", "/orders/9"), (shop, "/nowhere")] {
        let answer = await service.get(target, [.origin: origin])
        #expect(answer.fields[.accessControlAllowOrigin] == origin)
        #expect(answer.fields[.accessControlExposeHeaders]?.contains("Retry-After") == true)
        #expect(answer.fields[.vary] == "Origin")
      }
      let preflight = await service.send(.options, "/orders", [.origin: shop, .accessControlRequestMethod: "POST"])
      #expect(preflight.status == 204)
      #expect(preflight.fields[.accessControlAllowMethods] == "GET, HEAD, POST, OPTIONS")
      let allowed = preflight.fields[.accessControlAllowHeaders]?.split(separator: ", ").map { $0.lowercased() } ?? []
      // What the API reads, what tracing sends, and what libraries for event streams do.
      for name in [
        "accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "last-event-id",
        "prefer", "traceparent", "tracestate", "baggage", "cache-control", "pragma", "x-requested-with",
      ] {
        #expect(allowed.contains(name), "\(name)")
      }
    }

    @Test("of which none was named see nothing, and caches learn that it depends on who asks")
    func others() async throws {
      let service = try OrderService(crossOrigin: CrossOrigin(origins: [shop]))
      for fields in [[:], [.origin: "https://evil.example"], [.origin: "null"]] as [HTTPFields] {
        #expect(await self.fields(service.get("/orders", fields)) == ["vary"])
      }
    }

    @Test("may be all")
    func all() async throws {
      let service = try OrderService(crossOrigin: CrossOrigin(origins: ["*"]))
      let answer = await service.get("/orders", [.origin: "null"])
      #expect(answer.fields[.accessControlAllowOrigin] == "*")
      #expect(answer.fields[.vary] == nil)
    }

    @Test(
      "are named as browsers name them",
      arguments: ["shop.example", "https://shop.example/", "ftp://a", "https://", ""])
    func malformed(origin: String) {
      #expect(CrossOrigin(origins: [origin]) == nil)
    }
  }
}
