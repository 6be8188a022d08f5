import Foundation
import TestSupport

/// What the tests do with orders again and again.
extension HTTPClient {
  func submit(_ body: String = #"{"products":["y","z"],"amount":250}"#) throws -> Int {
    let answer = try send("POST", "/orders/", body: body)
    guard answer.status == 202, let id = answer.json["id"] as? Int else {
      throw unexpected(answer)
    }
    return id
  }

  func status(_ id: Int) throws -> String {
    let answer = try send("GET", "/orders/\(id)/status")
    guard answer.status == 200, let status = answer.json["status"] as? String else { throw unexpected(answer) }
    return status
  }

  struct UnexpectedAnswer: Error, CustomStringConvertible {
    let description: String
  }

  private func unexpected(_ answer: Answer) -> UnexpectedAnswer {
    UnexpectedAnswer(description: "\(answer.status) \(answer.text)")
  }
}

extension Array where Element: Comparable {
  /// The value that the given part of all doesn't exceed.
  func percentile(_ part: Double) -> Element? {
    let sorted = sorted()
    return sorted.isEmpty ? nil : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * part))]
  }
}
