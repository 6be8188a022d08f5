import TestSupport
import Testing

extension BehindNginx {
  /// What was ordered comes back byte for byte. Texts are compared as bytes: Swift's `==` takes é for e and an accent.
  @Suite("Exactness", .served())
  struct ExactnessTests {
    static let amounts = [
      "19.99", "0.1", "100.00", "12345678901234.56", "1e3", "1E+3", "0e0", "-0", "-0.0", "0", "0.30000000000000004",
      "1000000000000000", "1000000000000000.000", "1e15", "0.1e16", "999999999999999.999999999999999999", "1e-63",
      "900719925474099.3", "0." + String(repeating: "1", count: 62),
    ]

    @Test("an amount comes back digit for digit everywhere")
    func amounts() async throws {
      try await served { service in
        let client = service.client()
        for amount in Self.amounts {
          let id = try client.submitWaiting(#"{"products":["a"],"amount":\#(amount)}"#)
          try client.expectEverywhere(id, #""products":["a"],"amount":\#(amount)"#)
        }
      }
    }

    @Test("an amount below zero, over 10^15, or longer than 64 characters or written out digits, is refused")
    func refusedAmounts() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let refused = [
          "-1", "-0.01", "-1e-400", "1000000000000001", "1000000000000000.0001", "1e16", "1.1e15", "1e400",
          "1e99999999999999999999", "1000000000000000000000000000000", "0." + String(repeating: "0", count: 63),
          "1e-64", "1e-100", "1e-999999999", "0e9999999999", "-0e99999999",
          String(repeating: "9", count: 4000),
        ]
        for amount in refused {
          let answer = try client.send("POST", "/orders", body: #"{"products":["a"],"amount":\#(amount)}"#)
          expectProblem(answer, 422, "invalid-order", amount)
          #expect(answer.pointers == ["/amount"], "\(amount)")
        }
        #expect(try client.newest() == newest)
      }
    }

    /// As it is sent, and as it comes back.
    static let products: [(sent: String, stored: String)] = [
      (#"\u0041\u00e9\u20AC"#, "Aé€"), (#"\ud83d\uDE00"#, "😀"), ("👨‍👩‍👧‍👦 🇫🇷", "👨‍👩‍👧‍👦 🇫🇷"), ("e\u{301}", "e\u{301}"),
      ("\u{e9}", "\u{e9}"), (#"a\u0000b"#, #"a\u0000b"#), (#"\u0000"#, #"\u0000"#), (#"\u001F"#, #"\u001f"#),
      (#"\"\\\/\b\f\n\r\t"#, #"\"\\/\b\f\n\r\t"#), ("\u{7f}", "\u{7f}"), ("\u{2028}\u{2029}", "\u{2028}\u{2029}"),
      (#"\uFEFF\uFFFF"#, "\u{FEFF}\u{FFFF}"), ("<script>&amp;</script>", "<script>&amp;</script>"),
      ("'; DROP TABLE jobs; --", "'; DROP TABLE jobs; --"), (#"\\u0041"#, #"\\u0041"#), (" ", " "), ("%00", "%00"),
      ("\u{202E}abc", "\u{202E}abc"), ("日本語", "日本語"),
    ]

    @Test("products keep every character")
    func products() async throws {
      try await served { service in
        let client = service.client()
        for (sent, stored) in Self.products {
          let id = try client.submitWaiting(#"{"amount":1,"products":["\#(sent)"]}"#)
          try client.expectEverywhere(id, #""products":["\#(stored)"],"amount":1"#)
        }
        let all = Self.products.map { #""\#($0.sent)""# }.joined(separator: ", ")
        let stored = Self.products.map { #""\#($0.stored)""# }.joined(separator: ",")
        let id = try client.submitWaiting("{ \"products\" : [\(all)]\r\n, \"amount\"\t: 2 }")
        try client.expectEverywhere(id, #""products":[\#(stored)],"amount":2"#)
      }
    }

    @Test("1,000 products of 200 characters are taken, one of either more is not")
    func limits() async throws {
      try await served { service in
        let client = service.client()
        let longest = String(repeating: "\u{20AC}", count: 200)
        for product in [longest, String(repeating: "a", count: 200), String(repeating: #"\u0001"#, count: 200)] {
          let id = try client.submitWaiting(#"{"products":["\#(product)"],"amount":1}"#)
          try client.expectEverywhere(id, #""products":["\#(product)"],"amount":1"#)
        }
        let tooLong = #"{"products":["a","\#(longest + "a")","\#(String(repeating: "a", count: 201))"],"amount":1}"#
        let refused = try client.send("POST", "/orders", body: tooLong)
        expectProblem(refused, 422, "invalid-order")
        #expect(refused.pointers == ["/products/1", "/products/2"])

        let members = (1...1000).map { #""\#($0)\#(longest.dropFirst(4))""# }
        let id = try client.submitWaiting(#"{"products":[\#(members.joined(separator: ","))],"amount":1}"#)
        try client.expectEverywhere(id, #""products":[\#(members.joined(separator: ","))],"amount":1"#)
        let tooMany = try client.send(
          "POST", "/orders", body: #"{"products":[\#((members + [#""a""#]).joined(separator: ","))],"amount":1}"#)
        expectProblem(tooMany, 422, "invalid-order")
        #expect(tooMany.pointers == ["/products"])
      }
    }
  }
}

extension HTTPClient {
  /// Submits an order and returns when it is complete.
  fileprivate func submitWaiting(_ body: String) throws -> Int {
    let answer = try send("POST", "/orders", headers: ["Prefer": "wait=20"], body: body)
    guard answer.status == 201, let id = answer.json["id"] as? Int else {
      throw Failure(description: "\(answer.status) \(answer.text.prefix(300))")
    }
    return id
  }

  /// Expects the order, its result and the list to have these members.
  fileprivate func expectEverywhere(_ id: Int, _ members: String) throws {
    let order = try send("GET", "/orders/\(id)").body
    #expect(order.starts(with: Array(#"{"id":\#(id),\#(members),"status":"complete""#.utf8)), "\(members.prefix(200))")
    let result = try send("GET", "/orders/\(id)/result").body
    #expect(result == Array(#"{"id":\#(id),\#(members)}"#.utf8), "\(members.prefix(200))")
    let list = try send("GET", "/orders?ids=\(id)").body
    #expect(
      list.starts(with: Array(#"{"orders":[{"id":\#(id),\#(members),"status":"complete""#.utf8)),
      "\(members.prefix(200))")
  }
}
