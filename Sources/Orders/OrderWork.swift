public import Jobs
import StrictJSON

/// The built-in work on an order: the steps `products` (one unit for each product), `users`, `metadata` and `save`. A step that
/// has a service calls it; the others take time, if they are to.
public struct OrderWork: Workload {
  /// The time that one unit takes of a step without a service; with zero it never sleeps.
  public let pace: Duration
  let services: OrderServices

  /// Calls of one order that look for products at once.
  private static let productsAtOnce = 8

  public init(pace: Duration = .zero, services: OrderServices = .none) {
    self.pace = pace
    self.services = services
  }

  /// Returns `{"id":3,"products":["y","z"],"amount":250}`.
  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard let order = (try? JSONReader.read(input)).flatMap(Order.init) else {
      throw JobFailure(code: "unreadable-order", detail: "The stored order can't be read.")
    }
    // Random numbers cost system calls: only the first call to a service makes them.
    lazy var trace = context.traceParent ?? Self.newTraceParent()
    let result = result(of: input, id: context.id)
    var progress = OrderProgress(of: context, units: order.products.count + 3)

    progress.begin("products")
    if let service = services.products {
      try await look(for: order.products, at: service, trace: trace, &progress)
    } else {
      for _ in order.products { try await pauseForUnit(&progress) }
    }
    progress.begin("users")
    if let service = services.users {
      try await lookForUser(context.owner.name, at: service, trace: trace)
      progress.complete(1)
    } else {
      try await pauseForUnit(&progress)
    }
    progress.begin("metadata")
    if let service = services.metadata {
      try await service.post(result, key: "order-\(context.id)-metadata", trace: trace)
      progress.complete(1)
    } else {
      try await pauseForUnit(&progress)
    }
    progress.begin("save")
    try await pauseForUnit(&progress)
    return result
  }

  /// Asks for each distinct product once. Where several are unknown the failure names the first of the order, whichever answer
  /// comes first.
  private func look(
    for products: [String], at service: OrderService, trace: String, _ progress: inout OrderProgress
  ) async throws {
    var places: [String: [Int]] = [:]
    for (place, product) in products.enumerated() { places[product, default: []].append(place) }
    var waiting = places.sorted { $0.value[0] < $1.value[0] }[...]
    var failures: [(place: Int, error: any Error)] = []
    await withTaskGroup(of: (places: [Int], error: (any Error)?).self) { group in
      func beginNext() {
        guard failures.isEmpty, let (product, places) = waiting.popFirst() else { return }
        group.addTask {
          do {
            guard try await service.has(product, unless: [404, 410], trace: trace) else {
              throw JobFailure(
                code: "unknown-product", detail: "There is no such product.", pointer: "/products/\(places[0])")
            }
            return (places, nil)
          } catch {
            return (places, error)
          }
        }
      }
      for _ in 0..<Self.productsAtOnce { beginNext() }
      for await (places, error) in group {
        if let error { failures.append((places[0], error)) } else { progress.complete(places.count) }
        beginNext()
      }
    }
    try Task.checkCancellation()
    failures.sort { $0.place < $1.place }
    // What another attempt would not change comes first.
    if let failure = failures.first(where: { $0.error is JobFailure }) ?? failures.first { throw failure.error }
  }

  /// An order without a user calls nothing.
  private func lookForUser(_ user: String, at service: OrderService, trace: String) async throws {
    guard !user.isEmpty else { return }
    guard try await service.has(user, unless: [404], trace: trace) else {
      throw JobFailure(code: "unknown-user", detail: "There is no such user.")
    }
  }

  private func pauseForUnit(_ progress: inout OrderProgress) async throws {
    try Task.checkCancellation()
    if pace > .zero { try await Task.sleep(for: pace) }
    progress.complete(1)
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

  /// Of a trace that begins here (W3C Trace Context, section 3.2): the calls of one attempt can be found together.
  private static func newTraceParent() -> String {
    func random() -> String { UInt64.random(in: 1 ... .max).hexadecimal }
    return "00-\(random())\(random())-\(random())-01"
  }
}

/// Reports the steps of one order.
private struct OrderProgress {
  private let context: JobContext
  private let total: Int
  private var step = ""
  private var completed = 0

  init(of context: JobContext, units: Int) {
    self.context = context
    total = units
  }

  mutating func begin(_ step: String) {
    self.step = step
    report()
  }

  mutating func complete(_ units: Int) {
    completed += units
    report()
  }

  private func report() {
    context.report(step, completed: completed, of: total)
  }
}
