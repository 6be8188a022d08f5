import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Another nginx in front, with nothing but a proxy_pass.
  @Suite("Behind a second proxy", .served(processes: 1, "--pace", "10s"))
  struct SecondProxyTests {
    @Test("a stream's events arrive at once, and say that nobody may compress or keep them")
    func events() async throws {
      try await served { service in
        let port = freePort()
        let proxy = "server { listen 127.0.0.1:\(port); location / { proxy_pass http://127.0.0.1:\(service.port); } }"
        let second = try Gateway(beside: service, http: proxy)
        let id = try service.client().submit()
        for target in ["/orders/\(id)/events", "/orders/events"] {
          let events = try EventSocket(target, port: port)
          #expect(try events.event().data["id"] as? Int == id)
          let head = try Curl.head(target, port: port)
          #expect(head.contains("cache-control: no-cache, no-transform"), "\(head)")
        }
        #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204)
        try second.stopsWell()
      }
    }
  }
}

extension Curl {
  /// The head of an answer, in lower case.
  fileprivate static func head(_ target: String, port: Int) throws -> String {
    let curl = try run("/usr/bin/curl", ["-s", "--max-time", "20", "--head", "http://127.0.0.1:\(port)\(target)"])
    return curl.output.lowercased()
  }
}
