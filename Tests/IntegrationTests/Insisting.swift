import Foundation
import TestSupport

extension RunningService {
  /// Sends a request until it is answered, on a new connection each time. What a process was answering when it died is
  /// 502, and what goes to a stopped one is not answered at all: after `patience` seconds it is given up, and nginx with
  /// it gives up that connection. A POST wants an Idempotency-Key.
  func insist(
    _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil, patience: Int = 1,
    within limit: Duration = hangLimit
  ) throws -> HTTPClient.Answer {
    var answer: HTTPClient.Answer?
    try patiently(within: limit, "\(method) \(target) is answered") {
      answer = try? client(limit: patience).send(method, target, headers: headers, body: body)
      if let status = answer?.status { return status != 502 }
      return false
    }
    guard let answer else { throw HTTPClient.Failure(description: "no answer") }
    return answer
  }

  /// Posts an order until it is accepted, and returns its id.
  func insistOnOrder(_ key: String, within limit: Duration = hangLimit) throws -> Int {
    var id: Int?
    try patiently(within: limit, "order \(key) is accepted") {
      let answer = try insist(
        "POST", "/orders", headers: ["Idempotency-Key": key], body: #"{"products":["a"],"amount":1}"#, patience: 8,
        within: limit)
      if answer.status == 202 { id = answer.json["id"] as? Int }
      return id != nil
    }
    return id ?? 0
  }

  /// Posts orders one after another, and returns the ids that were accepted.
  func load(while goesOn: GoesOn, pause: TimeInterval = 0) -> [Int] {
    var ids: [Int] = []
    let client = client(limit: 2)
    while goesOn() {
      // Whoever is stopped, killed or full doesn't accept: that is what the tests look at.
      if let answer = try? client.send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#),
        answer.status == 202, let id = answer.json["id"] as? Int
      {
        ids.append(id)
      }
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    }
    return ids
  }
}
