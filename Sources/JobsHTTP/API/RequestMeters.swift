import CoreMetrics
import HTTPTypes

/// Counts answers by route, method and status, and their times: one histogram for each of these, whose count is how many
/// answers there were. Counting one more looks nothing up, allocates nothing, takes no lock and touches little memory.
final class RequestMeters: Sendable {
  /// Answers that took longer may have been held because their client asked for that.
  private static let mayBeHeld: Int64 = 50_000_000

  let waits = Meter(label: "orders_waits")
  let streams = Meter(label: "orders_streams")
  private let factory = MetricsSystem.factory
  private let templates: [String]
  /// The place of what is no route.
  private let unknown: Int
  /// By route, then by method, then by status; those that were held behind all others.
  private let times: HandleTable<Timer>

  init(routes: RouteTable) {
    templates = routes.routes.map(\.template) + ["unknown"]
    unknown = templates.count - 1
    times = HandleTable(count: 2 * templates.count * Self.methods * Self.statuses)
  }

  /// An answer to `method` at `route` (`nil` where there is none) that is ready after so many nanoseconds. `isHeld` is
  /// asked only where it took so long that it may be.
  func count(
    _ status: Int, to method: HTTPRequest.Method, at route: Int?, after nanoseconds: Int64, isHeld: () -> Bool
  ) {
    let isHeld = nanoseconds > Self.mayBeHeld && isHeld()
    let row = (isHeld ? unknown + 1 : 0) + (route ?? unknown)
    let place = (row * Self.methods + Self.place(of: method)) * Self.statuses + Self.place(of: status)
    times.use(place, or: { timer(isHeld, route, method, status) }, then: { $0.recordNanoseconds(nanoseconds) })
  }

  private func timer(_ isHeld: Bool, _ route: Int?, _ method: HTTPRequest.Method, _ status: Int) -> Timer {
    let isNamed = (Self.place(of: method) < Self.methods - 1, Self.place(of: status) < Self.statuses - 1)
    return Timer(
      label: isHeld ? "orders_http_wait_seconds" : "orders_http_request_duration_seconds",
      dimensions: [
        ("route", templates[route ?? unknown]), ("method", isNamed.0 ? method.rawValue : "other"),
        ("status", isNamed.1 ? "\(status)" : "other"),
      ], factory: factory)
  }

  // What else there is has the last place. As code rather than as lists, which would have to be in the processor's cache.

  private static let methods = 6

  private static func place(of method: HTTPRequest.Method) -> Int {
    switch method {
    case .get: 0
    case .post: 1
    case .delete: 2
    case .head: 3
    case .options: 4
    default: methods - 1
    }
  }

  private static let statuses = 18

  private static func place(of status: Int) -> Int {
    switch status {
    case 200: 0
    case 201: 1
    case 202: 2
    case 204: 3
    case 304: 4
    case 400: 5
    case 404: 6
    case 405: 7
    case 406: 8
    case 409: 9
    case 410: 10
    case 413: 11
    case 415: 12
    case 422: 13
    case 429: 14
    case 500: 15
    case 503: 16
    default: statuses - 1
    }
  }
}
