import Jobs
import JobsSQLite

/// Orders of thirty days from 1 October 2026 on, ended as orders end: the same ones for the same number. They are written as the
/// service writes them, but a few that only earlier versions accepted; one in ten belongs to the user ann.
struct PastOrders {
  private static let kind = JobKind(rawValue: "order")
  /// 1 October 2026, 00:00 UTC.
  private static let begin: Int64 = 1_790_812_800_000
  private static let span: Int64 = 30 * 86_400_000

  enum Form: String {
    /// One to three of 5,000 products, and one of 200,000 amounts.
    case usual
    /// Each has a product and an amount of some 44 digits that no other has.
    case distinct
    /// A megabyte each.
    case large
  }

  let count: Int
  var form = Form.usual

  private var together: Int { form == .large ? 100 : 4000 }

  func write(to path: String) async throws {
    let store = try SQLiteJobStore.open(path: path)
    var numbers = Numbers()
    for first in stride(from: 0, to: count, by: together) {
      let last = min(first + together, count)
      let orders = (first..<last).map { (order(&numbers), time($0)) }
      try await withThrowingTaskGroup { group in
        for (order, time) in orders {
          group.addTask { _ = try await store.submit(order, limits: QueueLimits(jobs: .max), at: time) }
        }
        try await group.waitForAll()
      }
      let start = time(last).advanced(by: .milliseconds(numbers.below(2000)))
      let claims = try await store.claim(Room(together, of: [Self.kind: 3]), at: start)
      for part in stride(from: 0, to: claims.count, by: 500) {
        var ends: [JobEnd] = []
        var cancelled: [JobID] = []
        for claim in claims[part..<min(part + 500, claims.count)] {
          switch numbers.below(100) {
          case 0..<3: cancelled.append(claim.tenure.id)
          case 3..<6: ends.append(JobEnd(tenure: claim.tenure, outcome: .fail(.timedOut)))
          default: ends.append(JobEnd(tenure: claim.tenure, outcome: .complete(Array("{}".utf8))))
          }
        }
        // Together, so that they share commits.
        try await withThrowingTaskGroup { group in
          for id in cancelled { group.addTask { _ = try await store.cancel(id, at: start) } }
          try await group.waitForAll()
        }
        try await store.finish(ends, at: start.advanced(by: .milliseconds(numbers.below(5000))))
      }
    }
    await store.close()
  }

  private func time(_ index: Int) -> Timestamp {
    Timestamp(milliseconds: Self.begin + Self.span * Int64(index) / Int64(count))
  }

  private func order(_ numbers: inout Numbers) -> NewJob {
    var products = (0...numbers.below(3)).map { _ in "product \(numbers.below(5000))" }
    let cents = numbers.below(100)
    var amount =
      switch numbers.below(2000) {
      case 0: "1e\(60 + numbers.below(10))"
      case 1..<500: "\(numbers.below(2000))"
      default: "\(numbers.below(2000)).\(cents < 10 ? "0" : "")\(cents)"
      }
    switch form {
    case .usual: break
    case .distinct:
      products = ["a product of which there is one, \(numbers.next())"]
      amount = "\(numbers.below(1 << 46)).\(numbers.digits(15))\(numbers.digits(15))"
    case .large: products = (1...1000).map { _ in String(repeating: "a", count: 1000) }
    }
    return NewJob(
      kind: Self.kind, owner: numbers.below(10) == 0 ? "ann" : "",
      input: Array(#""products":[\#(products.map { "\"\($0)\"" }.joined(separator: ","))],"amount":\#(amount)"#.utf8))
  }
}

/// SplitMix64.
private struct Numbers {
  private var state: UInt64 = 1

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func digits(_ count: Int) -> Substring {
    String(below(1_000_000_000_000_000) + 1_000_000_000_000_000).suffix(count)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
