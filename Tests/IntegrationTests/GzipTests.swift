import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Compression", .served())
  struct GzipTests {
    private static let gzip = ["Accept-Encoding": "gzip"]

    /// A list of over 1 KB.
    private static func fill(_ service: RunningService) throws {
      let ids = try (1...30).map { _ in try service.client().submit(products: 5) }
      for id in ids { _ = try service.client().send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"]) }
    }

    @Test("makes a list a fraction of its size for who takes gzip, and says that it varies")
    func list() async throws {
      try await served { service in
        try Self.fill(service)
        let plain = try service.client().send("GET", "/orders")
        #expect(plain["content-encoding"] == nil && plain["vary"] == "Accept-Encoding")
        let small = try service.client().send("GET", "/orders", headers: Self.gzip)
        #expect(small["content-encoding"] == "gzip" && small["vary"] == "Accept-Encoding")
        #expect(small["content-type"] == "application/json" && small["cache-control"] == "no-cache")
        #expect(small.body.starts(with: [0x1F, 0x8B]) && small.body.count * 4 < plain.body.count)
        for options in [["--compressed"], ["--compressed", "--header", "Via: 1.1 proxy"]] {
          let gateway = try Gateway(beside: service)
          for (port, version) in [(service.port, "--http1.1"), (gateway.http2Port, "--http2-prior-knowledge")] {
            let read = try run(
              "/usr/bin/curl", ["--silent", version] + options + ["http://127.0.0.1:\(port)/orders"])
            #expect(Array(read.output.utf8) == plain.body)
          }
        }
      }
    }

    @Test("makes the tag weak, and the weak tag gets its 304")
    func weakTag() async throws {
      try await served { service in
        try Self.fill(service)
        let tag = try #require(try service.client().send("GET", "/orders")["etag"])
        let weak = try #require(try service.client().send("GET", "/orders", headers: Self.gzip)["etag"])
        #expect(weak == "W/" + tag)
        for headers in [Self.gzip, [:]] {
          let same = try service.client().send(
            "GET", "/orders", headers: headers.merging(["If-None-Match": weak]) { $1 })
          #expect(same.status == 304 && same.body.isEmpty)
          #expect(same["etag"] == tag && same["content-encoding"] == nil)
        }
        _ = try service.client().submit()
        let changed = try service.client().send(
          "GET", "/orders", headers: Self.gzip.merging(["If-None-Match": weak]) { $1 })
        #expect(changed.status == 200 && changed["etag"] != weak)
      }
    }

    @Test("leaves small answers as they are")
    func small() async throws {
      try await served { service in
        let id = try service.client().submit()
        for target in ["/orders/\(id)/status", "/orders/\(id)", "/unknown", "/orders?limit=1"] {
          let answer = try service.client().send("GET", target, headers: Self.gzip)
          #expect(answer["content-encoding"] == nil && answer["content-length"] != nil, "\(target)")
        }
      }
    }

    @Test("never touches events: what comes from their addresses is passed on as it comes")
    func events() async throws {
      try await served { service in
        try Self.fill(service)
        let events = "location ~ /events/?$ {"
        let lists = try Gateway(
          beside: service, changes: [.init("orders/requests.conf", events, "location ~ ^/orders/?$ {")])
        let list = try lists.client().send("GET", "/orders", headers: Self.gzip)
        #expect(list.status == 200 && list["content-encoding"] == nil && list.body.count > 1024)

        let marked = try Gateway(
          beside: service, changes: [.init("orders/requests.conf", events, events + #" return 200 "events";"#)])
        for target in [
          "/orders/events", "/orders/events/", "/orders/1/events", "/orders/1/events/", "/orders/events?a=b",
        ] {
          let answer = try marked.client().send("GET", target)
          #expect(answer.text == "events", "\(target)")
        }
        for target in ["/orders", "/orders/1/event", "/orders/events/1", "/orders?/events"] {
          let answer = try marked.client().send("GET", target)
          #expect(answer.text != "events", "\(target)")
        }
      }
    }
  }
}
