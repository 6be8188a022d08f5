import FastCGI
import Foundation
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Orders
import Synchronization

/// The API over a real store in a folder of its own, with a runner that does as it is told.
final class ServiceUnderTest {
  /// Few enough to be reached by one input.
  private static let limits = KindLimits(waiting: 4)
  private static let origins = ["https://shop.example", "http://[::1]:8080"]

  let store: SQLiteJobStore
  let runner: Runner
  let waits: HurriedWaits
  /// The highest id that was ever given.
  var newest = JobID(rawValue: 0)
  private let api: API
  private let folder: String
  private let failures = Failures()

  /// `ORDERS_FUZZ_FOLDER` says where the store's folder is made; whoever sets it removes it after a crash.
  init() throws {
    let parent = ProcessInfo.processInfo.environment["ORDERS_FUZZ_FOLDER"] ?? NSTemporaryDirectory()
    folder = parent + "/orders-fuzz-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try SQLiteJobStore.open(path: folder + "/orders.sqlite") { [failures] in failures.add($0) }
    runner = Runner(store: store)
    waits = HurriedWaits(runner: runner)
    api = try API(
      store: store, kinds: [Kind.orders.filled(from: Self.limits, attempts: 2, keep: .time(.seconds(3600)))],
      waits: waits,
      configuration: API.Configuration(
        streamLimit: 1, crossOrigin: CrossOrigin(origins: Self.origins),
        callbacks: CallbackRules { !$0.hasPrefix("127.") },
        version: "1.2.3")
    ) { [failures] error, request in failures.add("\(error), told for \(request.target)") }
  }

  func close() {
    complete { [store] in await store.close() }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Any failure that a client would be told of as "unavailable" or "internal" is a find.
  func respond(to request: Request, meanwhile: Deed?) throws -> Answer {
    waits.prepare(meanwhile)
    let answer = complete { [api] in await Answer(api.respond(to: request)) }
    if let failure = failures.first { throw Violation("the API told of a failure: \(failure)") }
    return answer
  }
}

private final class Failures: Sendable {
  private let lines = Mutex<[String]>([])

  var first: String? { lines.withLock { $0.first } }

  func add(_ line: String) {
    lines.withLock { $0.append(line) }
  }
}

/// Runs `work` on this thread as far as it does not suspend, as the server's workers do, and waits for its end.
@discardableResult
func complete<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
  let result = Result()
  Task.immediate {
    let value = await work()
    result.value.withLock { $0 = value }
    result.isThere.signal()
  }
  result.isThere.wait()
  guard let value = result.value.withLock({ $0 }) as? Value else { preconditionFailure("no value") }
  return value
}

private final class Result: Sendable {
  let value = Mutex<(any Sendable)?>(nil)
  let isThere = DispatchSemaphore(value: 0)
}
