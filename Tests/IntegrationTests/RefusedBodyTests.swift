import TestSupport
import Testing

extension BehindNginx {
  /// Whatever is refused is a problem document, and leaves nothing behind.
  @Suite("Refused bodies", .served())
  struct RefusedBodyTests {
    static let malformed: [(String, [UInt8])] =
      [
        "", " ", "{", "}", #"{"products":["a"],"amount":1"#, #"{"products":["a"],"amount":1}x"#,
        #"{"products":["a"],"amount":1} {}"#, #"{"products":["a"],"amount":1,}"#, #"{"products":["a",],"amount":1}"#,
        #"{products:["a"],"amount":1}"#, "{'products':['a'],'amount':1}", #"{"products":["a"],"amount":01}"#,
        #"{"products":["a"],"amount":1.}"#, #"{"products":["a"],"amount":.5}"#, #"{"products":["a"],"amount":+1}"#,
        #"{"products":["a"],"amount":NaN}"#, #"{"products":["a"],"amount":Infinity}"#,
        #"{"products":["a"],"amount":0x1}"#, #"{"products":["\ud800"],"amount":1}"#,
        #"{"products":["\udc00\ud800"],"amount":1}"#, #"{"products":["\x41"],"amount":1}"#,
        "{\"products\":[\"a\nb\"],\"amount\":1}", "{\"products\":[\"a\0b\"],\"amount\":1}", "tru",
        "products=a&amount=1",
        "\u{FEFF}{\"products\":[\"a\"],\"amount\":1}", #"{"products":["a"],"amount":1}/**/"#,
        String(repeating: "[", count: 33) + String(repeating: "]", count: 33), String(repeating: "[", count: 100_000),
      ].map { (String($0.prefix(60)), Array($0.utf8)) }
      + [
        ("FF", Array(#"{"products":[""#.utf8) + [0xFF] + Array(#""],"amount":1}"#.utf8)),
        ("overlong", Array(#"{"products":[""#.utf8) + [0xC0, 0x80] + Array(#""],"amount":1}"#.utf8)),
        ("surrogate", Array(#"{"products":[""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""],"amount":1}"#.utf8)),
        ("UTF-16", Array("{}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })),
      ]

    @Test("not JSON, truncated, trailing bytes, invalid UTF-8, BOM, nesting over 32, empty body: 400 malformed-json")
    func malformed() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        for (name, bytes) in Self.malformed {
          expectProblem(try client.post(bytes), 400, "malformed-json", name)
        }
        #expect(try client.newest() == newest)
      }
    }

    @Test("a POST without any body is 400 malformed-json")
    func absent() async throws {
      try await served { service in
        let head = "POST /orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\n\r\n"
        expectProblem(try service.client().exchange(head), 400, "malformed-json")
      }
    }

    static let wrong: [(body: String, pointers: [String])] = [
      (
        #"{"products":["",5,null,"a"],"amount":-1,"colour":"red","a/b~c":1,"":2}"#,
        ["/", "/a~1b~0c", "/amount", "/colour", "/products/0", "/products/1", "/products/2"]
      ),
      ("{}", ["/amount", "/products"]), ("[]", [""]), ("null", [""]), ("1", [""]), (#""x""#, [""]), ("true", [""]),
      (#"{"products":[],"amount":1}"#, ["/products"]), (#"{"products":"a","amount":"1"}"#, ["/amount", "/products"]),
      (#"{"products":{"0":"a"},"amount":null}"#, ["/amount", "/products"]),
      (#"{"products":["a"],"amount":1,"amount":1}"#, ["/amount"]),
      (#"{"products":["a"],"products":["b"],"amount":1,"amoun\u0074":2}"#, ["/amount", "/products"]),
      (#"{"products":["a"],"amount":true}"#, ["/amount"]), (#"{"products":["a"],"Amount":1}"#, ["/Amount", "/amount"]),
      (#"{"products":["a"],"amount":1,"id":7,"status":"complete"}"#, ["/id", "/status"]),
      (#"{"products":[["a"]],"amount":[1]}"#, ["/amount", "/products/0"]),
      (
        #"{"products":["a"],"amount":1,"x":"# + String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
          + "}", ["/x"]
      ),
    ]

    @Test("JSON of the wrong shape, unknown and repeated members: 422 invalid-order with every violation at once")
    func wrongShape() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        for (body, pointers) in Self.wrong {
          let answer = try client.send("POST", "/orders", body: body)
          expectProblem(answer, 422, "invalid-order", body)
          #expect(answer.pointers.sorted() == pointers.sorted(), "\(body)")
          let details = (answer.json["errors"] as? [[String: Any]] ?? []).compactMap { $0["detail"] as? String }
          #expect(details.count == pointers.count && details.allSatisfy { !$0.isEmpty })
        }
        #expect(try client.newest() == newest)
      }
    }

    @Test("Content-Type missing or not JSON, a Content-Encoding: 415 with Accept; parameters and case are tolerated")
    func mediaType() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let body = Array(#"{"products":["a"],"amount":1}"#.utf8)
        let json = "Content-Type: application/json"
        let refused = [
          [], ["Content-Type:"], ["Content-Type: text/plain"], ["Content-Type: application/x-www-form-urlencoded"],
          ["Content-Type: application/jsonx"], ["Content-Type: json"], ["Content-Type: text/json; a=application/json"],
          ["Content-Type: application/*"], [json, "Content-Encoding: gzip"], [json, "Content-Encoding: br"],
        ]
        for lines in refused {
          let answer = try client.post(body, lines: lines)
          expectProblem(answer, 415, "unsupported-media-type", "\(lines)")
          #expect(answer["accept"] == "application/json", "\(lines)")
        }
        #expect(try client.newest() == newest)
        let accepted = [
          "application/json;charset=utf-8", "Application/JSON", "application/json ; charset=\"UTF-8\"",
          "application/json; profile=x; y=z",
        ]
        for type in accepted {
          #expect(try client.post(body, lines: ["Content-Type: \(type)"]).status == 202, "\(type)")
        }
        #expect(try client.post(body, lines: [json, "Content-Encoding:"]).status == 202)
      }
    }

    @Test("a body over the default limit of 4 MiB: 413 made by the service, and nothing is stored")
    func defaultLimit() async throws {
      try await served { service in
        let client = service.client()
        let order = Array(#"{"products":["a"],"amount":1}"#.utf8)
        func padded(to count: Int) -> [UInt8] { order + [UInt8](repeating: 0x20, count: count - order.count) }
        let taken = try client.post(padded(to: 4 << 20))
        #expect(taken.status == 202)
        let newest = try client.newest()
        let refused = try client.post(padded(to: 4 << 20 + 1))
        expectProblem(refused, 413, "body-too-large")
        #expect((refused.json["detail"] as? String)?.contains("4194304") == true, "it is not the service's")
        #expect(try client.newest() == newest)
      }
    }

    @Test("the largest order there is, in escaped JSON, is taken: a thousand products of 200 é")
    func largestOrder() async throws {
      try await served { service in
        let client = service.client()
        let product = "\"" + String(repeating: #"\u00e9"#, count: 200) + "\""
        let products = repeatElement(product, count: 1000).joined(separator: ",")
        let answer = try client.post(Array(#"{"products":[\#(products)],"amount":1}"#.utf8))
        #expect(answer.status == 202, "\(answer.text.prefix(300))")
        let id = try #require(answer.json["id"] as? Int)
        let order = try client.send("GET", "/orders/\(id)").json
        #expect(order["products"] as? [String] == Array(repeating: String(repeating: "é", count: 200), count: 1000))
      }
    }

    @Test("Accept that excludes JSON: 406 on every route, and nothing is stored; q=0 and wildcards are honoured")
    func notAcceptable() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        _ = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"])
        let body = #"{"products":["a"],"amount":1}"#
        let targets = ["/", "/orders", "/orders/\(id)", "/orders/\(id)/status", "/orders/\(id)/result"]
        let refused = [
          "text/html", "application/json;q=0", "*/*;q=0", "application/*;q=0, */*", "application/json;q=0.000, */*;q=1",
          "text/*, image/png", "application/xml",
        ]
        let pages = ["text/html", "text/*, image/png", "application/*;q=0, */*", "application/json;q=0.000, */*;q=1"]
        for accept in refused {
          // Whoever takes HTML gets the page there.
          for target in targets where target != "/" || !pages.contains(accept) {
            expectProblem(
              try client.send("GET", target, headers: ["Accept": accept]), 406, "not-acceptable", "\(target) \(accept)")
          }
          expectProblem(try client.send("POST", "/orders", headers: ["Accept": accept], body: body), 406)
        }
        #expect(try client.newest() == id)
        let taken = [
          "*/*", "application/*", "text/html, */*;q=0.1", "text/html, application/json;q=0.001", "APPLICATION/JSON",
          "application/json; charset=utf-8", "",
        ]
        for accept in taken {
          for target in targets {
            #expect(try client.send("GET", target, headers: ["Accept": accept]).status == 200, "\(target) \(accept)")
          }
        }
      }
    }
  }
}
