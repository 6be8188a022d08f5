import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Orders of three units are done in a moment; those of a thousand run until they are cancelled.
  @Suite("Lists", .served(processes: 2, "--pace", "10ms", "--jobs", "4"))
  struct ListTests {
    @Test(
      "walking the pages skips and repeats nothing while orders come and are cancelled", arguments: ["asc", "desc"])
    func walk(order: String) async throws {
      let before = try await served { service in
        let client = service.client()
        return try (1...100).map { _ in try client.submit(products: 900) }
      }
      let service = try #require(Served.service)
      let walks = try await concurrently(3) { number in
        let client = service.client()
        if number == 0 {
          for id in before {
            _ = try client.submit(products: 900)
            #expect(try client.send("DELETE", "/orders/\(id)/cancel").status == 204)
          }
          return [[Int]]()
        }
        return try (1...4).map { round in
          try client.walk("/orders?limit=\(number * 3 + round)&order=\(order)")
        }
      }.flatMap { $0 }
      #expect(walks.count == 8)
      for ids in walks {
        #expect(ids == (order == "asc" ? ids.sorted() : ids.sorted(by: >)))
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids).isSuperset(of: before))
      }
    }

    @Test("a page that is followed by another says so twice, and the last one doesn't")
    func pages() async throws {
      try await served { service in
        let client = service.client()
        let ids = try (1...6).map { _ in try client.submit(products: 1) }
        let list = ids.map(String.init).joined(separator: ",")
        let first = try client.send("GET", "/orders/?ids=\(list)&limit=4&status=complete&status=running&status=started")
        #expect(first.ids == Array(ids.prefix(4)))
        let next = try #require(first.json["next"] as? String)
        #expect(first["link"] == "<\(next)>; rel=\"next\"")
        #expect(next.hasPrefix("/orders?"))
        let last = try client.send("GET", next)
        #expect(last.ids == Array(ids.suffix(2)))
        #expect(last.json["next"] == nil && last["link"] == nil)
        // Full to the brim is no reason for another page.
        let full = try client.send("GET", "/orders?ids=\(list)&limit=6")
        #expect(full.ids == ids)
        #expect(full.json["next"] == nil && full["link"] == nil)
        let backwards = try client.send("GET", "/orders?ids=\(list)&order=desc&limit=6")
        #expect(backwards.ids == ids.reversed())
        #expect(try client.send("GET", "/orders?ids=\(ids[3]),999999,\(ids[0]),\(ids[3])").ids == [ids[0], ids[3]])
        #expect(try client.send("GET", "/orders?ids=999999").text == #"{"orders":[]}"#)
        #expect(try client.send("GET", "/orders?ids=\(list)&unknown=x&limit=1000").ids == ids)
        #expect(try client.send("GET", "/orders").ids.count <= 50)
      }
    }

    @Test("a page of a thousand ids leads on, however long its address is", arguments: HTTPVersion.allCases)
    func manyIDs(version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        let client = service.client()
        let ids = try (1...2).map { _ in try client.submit(products: 1) }
        let list = (ids + (1...998).map { 1_000_000_000 + $0 }).map(String.init).joined(separator: ",")
        let first = try gateway.send(over: version, "GET", "/orders?limit=1&ids=\(list)")
        #expect(first.ids == [ids[0]], "\(first.status)")
        let next = try #require(first.json["next"] as? String)
        #expect(first["link"] == "<\(next)>; rel=\"next\"")
        #expect(try gateway.send(over: version, "GET", next).ids == [ids[1]])
        try gateway.stopsWell()
      }
    }

    @Test("status picks the orders in one or more statuses; completed is complete")
    func statuses() async throws {
      try await served { service in
        let client = service.client()
        // What other tests left would keep every place.
        for id in try client.walk("/orders?limit=1000&status=running&status=started") {
          _ = try client.send("DELETE", "/orders/\(id)/cancel")
        }
        let complete = try (1...3).map { _ in try client.submit(products: 1) }
        for id in complete { _ = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"]) }
        let cancelled = try client.submit(products: 1000)
        _ = try client.send("DELETE", "/orders/\(cancelled)/cancel")
        let all = complete + [cancelled]
        let list = all.map(String.init).joined(separator: ",")
        for word in ["complete", "completed"] {
          let answer = try client.send("GET", "/orders?ids=\(list)&status=\(word)")
          #expect(answer.ids == complete)
          #expect(answer.text.contains(#""status":"complete""#) && !answer.text.contains("completed"))
        }
        #expect(try client.send("GET", "/orders?ids=\(list)&status=cancelled").ids == [cancelled])
        #expect(try client.send("GET", "/orders?ids=\(list)&status=completed&status=cancelled").ids == all)
        #expect(try client.send("GET", "/orders?ids=\(list)&status=failed&status=started").ids == [])
        let walked = try client.walk("/orders?limit=2&status=completed&order=desc")
        #expect(walked.prefix(3) == [complete[2], complete[1], complete[0]])
      }
    }

    @Test("a bad parameter is 400 and named")
    func badParameters() async throws {
      try await served { service in
        let client = service.client()
        for _ in 1...2 { _ = try client.submit(products: 1) }
        let cursor = try #require(try client.send("GET", "/orders?limit=1").json["next"] as? String)
          .components(separatedBy: "after=")[1]
        let bad: [(query: String, parameter: String)] = [
          ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=-1", "limit"), ("limit=abc", "limit"),
          ("limit=1.5", "limit"), ("limit=", "limit"), ("limit", "limit"), ("limit=%31%", "limit"),
          ("limit=99999999999999999999", "limit"), ("limit=1&limit=2", "limit"), ("limit=+1", "limit"),
          ("order=up", "order"), ("order=", "order"), ("order=ASC", "order"), ("status=done", "status"),
          ("status=", "status"), ("status=complete&status=x", "status"), ("status=complete,failed", "status"),
          ("after=", "after"), ("after=x", "after"), ("after=1", "after"), ("after=\(cursor)0", "after"),
          ("after=\(cursor.dropLast())", "after"), ("after=%FF", "after"),
          ("ids=", "ids"), ("ids=0", "ids"), ("ids=1,", "ids"), ("ids=a", "ids"), ("ids=1,-2", "ids"),
        ]
        for (query, parameter) in bad {
          let answer = try client.send("GET", "/orders?" + query)
          expectProblem(answer, 400, nil, query)
          #expect(answer.json["parameter"] as? String == parameter, "\(query)")
        }
        #expect(try client.send("GET", "/orders?after=\(cursor)&limit=1&order=asc").ids.count == 1)
        #expect(try client.send("GET", "/orders?l%69mit=1").ids.count == 1)
      }
    }
  }
}

extension HTTPClient {
  /// The ids of all pages from here on.
  fileprivate func walk(_ target: String) throws -> [Int] {
    var ids: [Int] = []
    var target: String? = target
    while let page = target {
      let answer = try send("GET", page)
      guard answer.status == 200 else { throw Failure(description: "\(page): \(answer.status) \(answer.text)") }
      ids += answer.ids
      target = answer.json["next"] as? String
      if target != nil, answer.ids.isEmpty { throw Failure(description: "\(page): an empty page with another") }
    }
    return ids
  }
}
