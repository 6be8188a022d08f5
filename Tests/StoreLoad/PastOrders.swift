import Jobs
import JobsSQLite

/// Orders of thirty days from 1 October 2026 on, ended as orders end: the same ones for the same number. They are written as the
/// service writes them, but a few that only earlier versions accepted; one in ten belongs to the user ann.
struct PastOrders {
  private static let kind = JobKind(rawValue: "order")
  /// 1 October 2026, 00:00 UTC.
  private static let begin: Int64 = 1_790_812_800_000
  private static let span: Int64 = 30 * 86_400_000
  private static let together = 4000

  let count: Int

  func write(to path: String) async throws {
    let store = try SQLiteJobStore.open(path: path)
    var numbers = Numbers()
    for first in stride(from: 0, to: count, by: Self.together) {
      let last = min(first + Self.together, count)
      let orders = (first..<last).map { (order(&numbers), time($0)) }
      try await withThrowingTaskGroup { group in
        for (order, time) in orders {
          group.addTask { _ = try await store.submit(order, limits: QueueLimits(jobs: .max), at: time) }
        }
        try await group.waitForAll()
      }
      let start = time(last).advanced(by: .milliseconds(numbers.below(2000)))
      let claims = try await store.claim(Room(Self.together, of: [Self.kind: 3]), at: start)
      for part in stride(from: 0, to: claims.count, by: 500) {
        var ends: [JobEnd] = []
        for claim in claims[part..<min(part + 500, claims.count)] {
          switch numbers.below(100) {
          case 0..<3: _ = try await store.cancel(claim.tenure.id, at: start)
          case 3..<6: ends.append(JobEnd(tenure: claim.tenure, outcome: .fail(.timedOut)))
          default: ends.append(JobEnd(tenure: claim.tenure, outcome: .complete(Array("{}".utf8))))
          }
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
    let products = (0...numbers.below(3)).map { _ in "\"product \(numbers.below(5000))\"" }
    let cents = numbers.below(100)
    let amount =
      switch numbers.below(2000) {
      case 0: "1e\(60 + numbers.below(10))"
      case 1..<500: "\(numbers.below(2000))"
      default: "\(numbers.below(2000)).\(cents < 10 ? "0" : "")\(cents)"
      }
    return NewJob(
      kind: Self.kind, owner: numbers.below(10) == 0 ? "ann" : "",
      input: Array(#""products":[\#(products.joined(separator: ","))],"amount":\#(amount)"#.utf8))
  }
}

/// SplitMix64.
private struct Numbers {
  private var state: UInt64 = 1

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
