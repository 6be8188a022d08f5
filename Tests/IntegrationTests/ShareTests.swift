import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// One client has at most half of the streams and of the waits. Nothing is worked on here: orders change when the test
  /// changes them.
  @Suite("What one client may cost", .served(processes: 1, "--streams", "2000", "--waits", "2000", "--jobs", "0"))
  struct ShareTests {
    private static let order = #"{"products":["a"],"amount":1}"#

    @Test("1,000 streams and 1,000 waits of one user: more are 429, another user's work, and a change is read once")
    func share() async throws {
      try await served { service in
        let gateway = try Login.basic.gateway(beside: service)
        let ann = ["Authorization": Login.basic.authorization("ann")]
        let bert = ["Authorization": Login.basic.authorization("bert")]
        func submit(_ user: [String: String]) throws -> Int {
          let answer = try gateway.client().send("POST", "/orders", headers: user, body: Self.order)
          #expect(answer.status == 202)
          return try #require(answer.json["id"] as? Int)
        }
        let (id, his) = (try submit(ann), try submit(bert))

        let streams = try (0..<1000).map { number in
          try EventSocket(number % 2 == 0 ? "/orders/events" : "/orders/\(id)/events", headers: ann, port: gateway.port)
        }
        for stream in streams { #expect(try stream.event().data["id"] as? Int == id) }
        let waits = try (0..<1000).map { _ in
          try PendingRequest("/orders/\(id)/status", ann.merging(["Prefer": "wait=50"]) { $1 }, port: gateway.port)
        }
        try patiently("all wait") { try service.gauge("orders_waits") == 1000 }
        #expect(try service.gauge("orders_streams") == 1000)

        // Hers are refused, also over HTTP/2, and the rest of the API is hers as before.
        for version in HTTPVersion.allCases {
          for target in ["/orders/events", "/orders/\(id)/events"] {
            let refused = try gateway.send(over: version, "GET", target, headers: ann)
            expectProblem(refused, 429, "too-many-requests")
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          }
          for target in ["/orders/\(id)/status", "/orders/\(id)/result"] {
            let held = ann.merging(["Prefer": "wait=50"]) { $1 }
            let refused = try gateway.send(over: version, "GET", target, headers: held)
            expectProblem(refused, 429, "too-many-requests")
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          }
          let poll = try gateway.send(over: version, "GET", "/orders/\(id)/status", headers: ann)
          #expect(poll.status == 200)
        }
        let posted = try gateway.client().send(
          "POST", "/orders", headers: ann.merging(["Prefer": "wait=50"]) { $1 }, body: Self.order)
        #expect(posted.status == 202 && posted["preference-applied"] == nil)

        // His work: a stream, a wait, a POST, and what comes of them.
        let his1 = try EventSocket("/orders/events", headers: bert, port: gateway.port)
        #expect(try his1.event().data["id"] as? Int == his)
        let his2 = try PendingRequest(
          "/orders/\(his)/status", bert.merging(["Prefer": "wait=50"]) { $1 }, port: gateway.port)
        let next = try submit(bert)
        #expect(try his1.event().data["id"] as? Int == next)
        let cancel = try gateway.client().send("DELETE", "/orders/\(his)/cancel", headers: bert)
        #expect(cancel.status == 204)
        #expect(try his2.answer().json["status"] as? String == "cancelled")
        #expect(try his1.event().data["status"] as? String == "cancelled")

        // Her changes reach all her streams and waits, and are not read by each of them.
        let before = try service.gauge("orders_store_reads_total")
        let more = try (0..<5).map { _ in try submit(ann) }
        let cancelled = try gateway.client().send("DELETE", "/orders/\(id)/cancel", headers: ann)
        #expect(cancelled.status == 204)
        for wait in waits { #expect(try wait.answer().json["status"] as? String == "cancelled") }
        for (number, stream) in streams.enumerated() {
          var seen: Set<Int> = []
          var last = ""
          repeat {
            let data = try stream.event().data
            seen.insert(try #require(data["id"] as? Int))
            last = data["status"] as? String ?? ""
          } while last != "cancelled"
          #expect(seen.isSuperset(of: number % 2 == 0 ? more + [id] : [id]))
        }
        let reads = try service.gauge("orders_store_reads_total") - before
        #expect(reads < 300, "\(reads) reads for six changes")

        // Her seats are free again.
        try patiently("the seats are given back") {
          try service.gauge("orders_waits") == 0 && service.gauge("orders_streams") <= 501
        }
        _ = try EventSocket("/orders/events", headers: ann, port: gateway.port)
        try gateway.stopsWell()
      }
    }

    @Test("an address has so many requests at once where site.conf says so, and this machine any number")
    func connections() async throws {
      let site = try String(contentsOfFile: RunningService.repository + "/nginx/site.conf", encoding: .utf8)
      #expect(site.contains("\n  limit_conn orders_clients 200;\n"))
      try await served { service in
        let gateway = try Gateway(
          beside: service,
          server: "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP; limit_conn orders_clients 3;")
        func from(_ address: String) -> [String: String] { ["X-Real-IP": address] }
        var streams = try (0..<3).map { _ in
          try EventSocket("/orders/events", headers: from("192.0.2.7"), port: gateway.port)
        }
        for version in HTTPVersion.allCases {
          let refused = try gateway.send(over: version, "GET", "/orders", headers: from("192.0.2.7"))
          try expectNginxProblem(refused, 429, "too-many-requests", from: gateway)
          #expect(refused["retry-after"] != nil)
          for address in ["192.0.2.8", "2001:db8::1", "127.0.0.1"] {
            let answer = try gateway.send(over: version, "GET", "/orders", headers: from(address))
            #expect(answer.status == 200)
          }
        }
        streams += try (0..<10).map { _ in try EventSocket("/orders/events", port: gateway.port) }
        #expect(try gateway.client().send("GET", "/orders").status == 200)
        streams = []
        try patiently("the address may ask again") {
          try gateway.client().send("GET", "/orders", headers: from("192.0.2.7")).status == 200
        }
        try gateway.stopsWell()
      }
    }
  }
}

/// A GET that was sent, and whose answer is read later.
private final class PendingRequest {
  private let client: HTTPClient

  init(_ target: String, _ headers: [String: String], port: Int) throws {
    client = HTTPClient(port: port, limit: 60)
    let fields = headers.map { "\($0): \($1)\r\n" }.joined()
    try client.write(Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\r\n".utf8))
  }

  func answer() throws -> HTTPClient.Answer { try client.read() }
}

extension RunningService {
  /// A number of `GET /metrics` without labels.
  fileprivate func gauge(_ name: String) throws -> Int {
    let lines = try client().send("GET", "/metrics").text.split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(name + " ") }, "\(name)")
    return try #require(Int(line.dropFirst(name.count + 1)))
  }
}
