public import Jobs
import StrictJSON

/// The built-in work on an order: the steps `products` (one unit for each product), `users`, `metadata` and `save`.
public struct OrderWork: Workload {
  /// The time one unit takes; with zero it never sleeps.
  public let pace: Duration

  public init(pace: Duration = .zero) {
    self.pace = pace
  }

  /// Returns `{"id":3,"products":["y","z"],"amount":250}`.
  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard let order = (try? JSONReader.read(input)).flatMap(Order.init) else {
      throw JobFailure(code: "unreadable-order", detail: "The stored order can't be read.")
    }
    let steps = [("products", order.products.count), ("users", 1), ("metadata", 1), ("save", 1)]
    let total = steps.reduce(0) { $0 + $1.1 }
    var completed = 0
    for (step, units) in steps {
      context.report(step, completed: completed, of: total)
      for _ in 0..<units {
        try await workOnUnit()
        completed += 1
        context.report(step, completed: completed, of: total)
      }
    }
    return result(of: input, id: context.id)
  }

  private func workOnUnit() async throws {
    try Task.checkCancellation()
    if pace > .zero { try await Task.sleep(for: pace) }
  }

  /// The order with its id before its members.
  private func result(of input: [UInt8], id: JobID) -> [UInt8] {
    var writer = JSONWriter(capacity: input.count + 32)
    writer.raw(#"{"id":"#)
    writer.integer(id.rawValue)
    writer.raw(",")
    writer.raw(Array(input.dropFirst()))
    return writer.bytes
  }
}
