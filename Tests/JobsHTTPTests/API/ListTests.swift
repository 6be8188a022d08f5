import HTTPTypes
import Jobs
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("GET /orders")
  struct ListTests {
    private func ids(_ answer: Answer) -> [String] {
      answer.body["orders"]?.elements.compactMap { $0["id"]?.text } ?? ["none"]
    }

    @Test("shows orders, oldest first")
    func page() async throws {
      let service = try OrderService()
      #expect(await service.get("/orders").text == #"{"orders":[]}"#)
      _ = await service.post(#"{"products":["a","b","c"],"amount":100}"#)
      try await service.finish(service.claim(JobID(rawValue: 1)), as: .complete([]))
      _ = await service.post()
      let answer = await service.get("/orders/")
      #expect(answer.status == 200)
      #expect(
        answer.text == #"{"orders":[{"id":1,"products":["a","b","c"],"amount":100,"status":"complete"},"#
          + #"{"id":2,"products":["y","z"],"amount":250,"status":"started"}]}"#)
      #expect(answer.fields[.cacheControl] == "no-cache")
      #expect(answer.fields[.link] == nil)
    }

    @Test(
      "is walked by its links, nothing skipped and nothing twice",
      arguments: ["", "&order=desc", "&ids=1,2,3,4,5,6,7,99"])
    func pages(filter: String) async throws {
      let service = try OrderService()
      for _ in 1...7 { _ = await service.post() }
      var seen: [String] = []
      var target: String? = "/orders?limit=3" + filter
      var pages = 0
      while let address = target {
        let answer = await service.get(address)
        try #require(answer.status == 200)
        seen += ids(answer)
        target = answer.body["next"]?.text
        #expect(answer.fields[.link] == target.map { "<\($0)>; rel=\"next\"" })
        pages += 1
        _ = await service.post()
        if pages == 3 { break }
      }
      let first7 = (1...7).map(String.init)
      switch filter {
      case "&order=desc": #expect(seen == first7.reversed())
      case "": #expect(seen.prefix(7) == first7[...])
      default: #expect(seen == first7)
      }
    }

    @Test("ends before its limit where it has become very long, and leads on", arguments: ["", "&order=desc"])
    func longOrders(filter: String) async throws {
      let service = try OrderService()
      let products = (1...1000).map { _ in "\"" + String(repeating: "x", count: 200) + "\"" }.joined(separator: ",")
      for _ in 1...60 { _ = await service.post(#"{"products":[\#(products)],"amount":1}"#) }
      var (seen, lengths): ([String], [Int]) = ([], [])
      var target: String? = "/orders?limit=1000" + filter
      while let address = target {
        let answer = await service.get(address)
        seen += ids(answer)
        lengths.append(answer.text.utf8.count)
        target = answer.body["next"]?.text
      }
      let all = (1...60).map(String.init)
      #expect(seen == (filter.isEmpty ? all : all.reversed()))
      #expect(lengths.count == 2 && lengths[0] > 8 << 20 && lengths[0] < 9 << 20, "\(lengths)")
    }

    @Test("shows one status or several, and completed as complete")
    func statuses() async throws {
      let service = try OrderService()
      try await service.order(.complete)
      try await service.order(.failed)
      try await service.order(.cancelled)
      try await service.order(.started)
      #expect(ids(await service.get("/orders?status=completed")) == ["1"])
      #expect(ids(await service.get("/orders?status=complete&status=started")) == ["1", "4"])
      #expect(ids(await service.get("/orders?status=running")) == [])
      #expect(ids(await service.get("/orders?ids=4,2,77")) == ["2", "4"])
      #expect(ids(await service.get("/orders?ids=4,2&status=failed")) == ["2"])
    }

    @Test(
      "says which parameter is bad", arguments: [("limit=0", "limit"), ("after=1", "after"), ("status=done", "status")])
    func bad(query: String, parameter: String) async throws {
      let answer = try await OrderService().get("/orders?" + query)
      #expect(answer.status == 400)
      #expect(answer.code == "bad-parameter")
      #expect(answer.body["parameter"]?.text == parameter)
    }

    @Test("has no next page after a full last one")
    func exactPage() async throws {
      let service = try OrderService()
      for _ in 1...2 { _ = await service.post() }
      #expect(await service.get("/orders?limit=2").body["next"] == nil)
      #expect(await service.get("/orders?limit=1").body["next"] != nil)
    }
  }
}
