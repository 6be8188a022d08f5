import CoreMetrics
import FastCGI
import HTTPTypes
import MetricsTestKit
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Metrics")
  struct MetricsTests {
    @Test("are text for Prometheus, whatever it says that it takes, but never for one who takes JSON alone")
    func text() async throws {
      let service = try OrderService()
      let scraper =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
      for accept in [nil, scraper, "text/plain", "*/*"] {
        let answer = await service.get("/metrics", accept.map { [.accept: $0] } ?? [:])
        #expect(answer.status == 200 && answer.text == "orders_waits 0\n")
        #expect(answer.fields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.fields[.cacheControl] == "no-store")
      }
      #expect(await service.get("/metrics", [.accept: "application/json"]).code == "not-acceptable")
      #expect(await service.send(.post, "/metrics").fields[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test("count each answer by route, method and status, the refused ones and those without a route too")
    func answers() async throws {
      let factory = TestMetrics()
      let service = try withMetricsFactory(factory) { try OrderService() }
      let id = try await service.order()
      for _ in 1...3 { _ = await service.get("/orders/\(id)/status/") }
      _ = await service.send(.head, "/orders/\(id)/status")
      _ = await service.get("/orders/999/status")
      _ = await service.post("{")
      _ = await service.send(.patch, "/orders")
      _ = await service.get("/nowhere/at/all")
      let expected: [(route: String, method: String, status: String, count: Int)] = [
        ("/orders", "POST", "202", 1), ("/orders", "POST", "400", 1), ("/orders", "other", "405", 1),
        ("/orders/{id}/status", "GET", "200", 3), ("/orders/{id}/status", "HEAD", "200", 1),
        ("/orders/{id}/status", "GET", "404", 1), ("unknown", "GET", "404", 1),
      ]
      for row in expected {
        let labels = [("route", row.route), ("method", row.method), ("status", row.status)]
        let times = try factory.expectTimer("orders_http_request_duration_seconds", labels).values
        #expect(times.count == row.count && times.allSatisfy { $0 > 0 }, "\(row)")
      }
      #expect(factory.timers.count { $0.label == "orders_http_request_duration_seconds" } == expected.count)
    }

    @Test("keep the time that a client wanted to be held apart from that of other answers")
    func held() async throws {
      let factory = TestMetrics()
      let service = try withMetricsFactory(factory) { try OrderService() }
      let id = try await service.order()
      #expect(await service.get("/orders/\(id)/status", [.prefer: "wait=1"]).status == 200)
      let labels = [("route", "/orders/{id}/status"), ("method", "GET"), ("status", "200")]
      let held = try factory.expectTimer("orders_http_wait_seconds", labels)
      #expect(held.values.count == 1 && held.values.allSatisfy { $0 > 900_000_000 })
      #expect(
        throws: (any Error).self,
        performing: { try factory.expectTimer("orders_http_request_duration_seconds", labels) })
    }

    @Test("show how many streams are open and how many requests are held")
    func open() async throws {
      let factory = TestMetrics()
      let service = try withMetricsFactory(factory) { try OrderService() }
      let id = try await service.order()
      let streams = try factory.expectMeter("orders_streams")
      let waits = try factory.expectMeter("orders_waits")
      var stream: Response? = await service.response(.get, "/orders/\(id)/events")
      #expect(stream?.status == .ok && streams.values.last == 1)
      stream = nil
      #expect(streams.values.last == 0)
      _ = await service.get("/orders/\(id)/status", [.prefer: "wait=1"])
      #expect(waits.values == [1, 0])
    }
  }
}
