import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Work that takes its process down each time it runs (see Tests/SecondKind/Fatal.swift).
  @Suite("A poison order")
  struct PoisonTests {
    @Test("fails as worker-lost after three processes, while the 49 others complete and the service answers all along")
    func poison() async throws {
      let service = try await RunningService.start(binary: RunningService.built("ReportService"))
      let (_, silences) = try await beside(2) { goesOn in
        try longestSilence(of: service, while: goesOn)
      } _: {
        let ids = try (1...50).map { number in
          let answer = try service.insist(
            "POST", "/fatals", headers: ["Idempotency-Key": "fatal-\(number)"],
            body: #"{"kills":"\#(number == 20 ? "yes" : "no")"}"#)
          #expect(answer.status == 202)
          return try #require(answer.json["id"] as? Int)
        }
        #expect(Set(ids).count == 50)
        for (index, id) in ids.enumerated() {
          var status: [String: Any] = [:]
          try patiently("job \(id) ends") {
            status = try service.insist("GET", "/fatals/\(id)/status").json
            return status["done"] as? Bool == true
          }
          guard index == 19 else {
            #expect(status["status"] as? String == "complete", "\(status)")
            let result = try service.insist("GET", "/fatals/\(id)/result")
            #expect(result.text == #"{"survived":true}"#)
            continue
          }
          #expect(status["status"] as? String == "failed")
          #expect(status["attempt"] as? Int == 3)
          #expect((status["error"] as? [String: Any])?["code"] as? String == "worker-lost")
        }
        try patiently("both processes are there") { (try? service.responders().count) == 2 }
        // And nobody dies of it any more.
        let pids = try service.responders()
        for number in 1...10 {
          let answer = try service.client().send("POST", "/fatals", body: #"{"kills":"no"}"#)
          #expect(answer.status == 202, "\(number)")
        }
        try patiently("the last ones complete") {
          try service.client().send("GET", "/fatals?status=complete&limit=100").jobs == 59
        }
        let after = try service.responders()
        #expect(after == pids)
      }
      // A new process takes 0.2 s to start, and its sibling answers meanwhile: this catches a service that is down.
      #expect(silences.allSatisfy { $0 < 2 }, "\(silences)")
      try await service.stopsWell()
      let integrity = try integrity(of: service.database)
      #expect(integrity == "ok")
    }
  }
}

extension HTTPClient.Answer {
  /// How many jobs a page has.
  fileprivate var jobs: Int? { json.values.compactMap { $0 as? [[String: Any]] }.first?.count }
}

/// The longest time, in seconds, from a request to the first good answer, where a 502 is tried again at once.
private func longestSilence(of service: RunningService, while goesOn: GoesOn) throws -> Double {
  var longest = 0.0
  while goesOn() {
    let took = try seconds {
      let answer = try service.insist("GET", "/fatals?limit=1", patience: 5)
      #expect(answer.status == 200)
    }
    longest = max(longest, took)
    Thread.sleep(forTimeInterval: 0.002)
  }
  return longest
}
