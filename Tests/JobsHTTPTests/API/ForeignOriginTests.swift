import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import FastCGI
@testable import JobsHTTP

extension FileAPITests {
  @Suite("Uploads of foreign pages")
  struct ForeignOriginTests {
    private let shop = "https://shop.example"

    private func fields(origin: String? = nil, site: String? = nil, host: String = "orders.example") -> HTTPFields {
      var fields: HTTPFields = [.host: host]
      fields[.origin] = origin
      fields[.secFetchSite] = site
      return fields
    }

    private func expect(
      _ fields: HTTPFields, _ isTaken: Bool, of service: OrderService,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async {
      let before = service.storedFiles.count
      let answer = await service.upload([.file("photos", Sample.png)], fields)
      #expect(answer.status == (isTaken ? 202 : 403), "\(fields) \(answer.text)", sourceLocation: sourceLocation)
      #expect(isTaken || answer.code == "forbidden", sourceLocation: sourceLocation)
      #expect(service.storedFiles.count == before + (isTaken ? 1 : 0), sourceLocation: sourceLocation)
    }

    @Test(
      "are refused by their Origin, which is ours where its host and port are those of Host",
      arguments: [
        ("https://orders.example", "orders.example", true), ("http://orders.example", "orders.example", true),
        ("https://Orders.Example", "orders.example:443", true), ("http://orders.example:80", "orders.example", true),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", true), ("http://[::1]:8080", "[::1]:8080", true),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", false), ("https://shop.example", "orders.example", false),
        ("https://orders.example.evil.example", "orders.example", false), ("null", "orders.example", false),
        ("", "orders.example", false), ("orders.example", "orders.example", false),
        ("https://orders.example@evil.example", "orders.example", false), ("null", "null", false),
      ])
    func origin(origin: String, host: String, isTaken: Bool) async throws {
      let service = try OrderService(kinds: [.sheets])
      await expect(fields(origin: origin, host: host), isTaken, of: service)
      // What the browser says of the page is not asked then.
      await expect(fields(origin: origin, site: "same-origin", host: host), isTaken, of: service)
      await expect(fields(origin: origin, site: "cross-site", host: host), isTaken, of: service)
    }

    @Test(
      "without an Origin are refused by Sec-Fetch-Site",
      arguments: [
        (nil, true), ("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false), ("", false),
        ("Same-Origin", false),
      ] as [(String?, Bool)])
    func site(site: String?, isTaken: Bool) async throws {
      let service = try OrderService(kinds: [.sheets])
      await expect(fields(site: site), isTaken, of: service)
      if site == nil { await expect([:], true, of: service) }
    }

    @Test("are taken where their origin was named, and * names none")
    func named() async throws {
      let named = try OrderService(kinds: [.sheets], crossOrigin: CrossOrigin(origins: [shop]))
      await expect(fields(origin: shop, site: "cross-site"), true, of: named)
      await expect(fields(origin: "https://evil.example"), false, of: named)
      await expect(fields(origin: "null"), false, of: named)
      let all = try OrderService(kinds: [.sheets], crossOrigin: CrossOrigin(origins: ["*"]))
      await expect(fields(origin: shop), false, of: all)
      await expect(fields(origin: "*"), false, of: all)
      let both = try OrderService(kinds: [.sheets], crossOrigin: CrossOrigin(origins: ["*", shop]))
      await expect(fields(origin: shop), true, of: both)
      await expect(fields(origin: "https://evil.example"), false, of: both)
    }

    @Test("that a page may read are told so in the refusal, too")
    func readable() async throws {
      let service = try OrderService(kinds: [.sheets], crossOrigin: CrossOrigin(origins: ["*"]))
      let answer = await service.upload([.file("photos", Sample.png)], fields(origin: shop))
      #expect(answer.status == 403)
      #expect(answer.fields[.accessControlAllowOrigin] == "*")
      #expect(answer.fields[.contentType] == "application/problem+json")
    }

    @Test(
      "are those of types that browsers send without asking: multipart, text, the form's, and none",
      arguments: [
        ("text/plain", false), ("application/x-www-form-urlencoded", false), ("TEXT/plain; charset=utf-8", false),
        (nil, false), ("nonsense", false), ("application/pdf", true), ("application/octet-stream", true),
      ] as [(String?, Bool)])
    func types(type: String?, isTaken: Bool) async throws {
      let kind = Kind(
        "note", path: "notes", input: #"{"type":"object"}"#, files: [InputFiles(name: "text")], work: NoWork())
      let service = try OrderService(kinds: [kind])
      let answer = await service.upload(body: Sample.pdf, type: type, to: "/notes", fields(origin: shop))
      #expect(isTaken ? answer.status == 202 : [403, 415].contains(answer.status), "\(answer.text)")
      #expect(service.storedFiles.count == (isTaken ? 1 : 0))
    }

    @Test("are no reason to refuse JSON, for which browsers ask first, nor what reads")
    func json() async throws {
      let service = try OrderService(kinds: [.orders, .sheets])
      #expect(await service.post(to: "/orders", fields(origin: shop, site: "cross-site")).status == 202)
      #expect(await service.get("/sheets", fields(origin: shop, site: "cross-site")).status == 200)
    }
  }
}
