import CoreMetrics
import HTTPTypes

/// Counts answers by route, method and status, and their times. Counting one more looks nothing up, allocates nothing
/// and takes no lock.
final class RequestMeters: Sendable {
  /// Answers that took longer may have been held because their client asked for that.
  private static let mayBeHeld: Int64 = 50_000_000
  private static let methods: [HTTPRequest.Method] = [.get, .post, .delete, .head, .options]
  private static let statuses = [
    200, 304, 202, 204, 201, 404, 409, 400, 405, 406, 410, 413, 415, 422, 500, 503,
  ]

  let waits = Meter(label: "orders_waits")
  let streams = Meter(label: "orders_streams")
  private let factory = MetricsSystem.factory
  private let templates: [String]
  private let answers: HandleTable<Counter>
  private let times: HandleTable<Timer>
  private let heldTimes: HandleTable<Timer>

  init(routes: RouteTable) {
    templates = routes.routes.map(\.template) + ["unknown"]
    // Each list has one place more, for whatever is not in it.
    let rows = templates.count * (Self.methods.count + 1)
    answers = HandleTable(count: rows * (Self.statuses.count + 1))
    times = HandleTable(count: rows)
    heldTimes = HandleTable(count: templates.count)
  }

  /// An answer to `method` at `route` (`nil` where there is none) that is ready after so many nanoseconds. `isHeld` is
  /// asked only where it took so long that it may be.
  func count(
    _ status: Int, to method: HTTPRequest.Method, at route: Int?, after nanoseconds: Int64, isHeld: () -> Bool
  ) {
    let route = route ?? templates.count - 1
    let methodPlace = Self.place(of: method, in: Self.methods)
    let row = route * (Self.methods.count + 1) + methodPlace
    let statusPlace = Self.place(of: status, in: Self.statuses)
    answers.use(
      row * (Self.statuses.count + 1) + statusPlace, or: { answer(route, methodPlace, statusPlace) },
      then: { $0.increment() })
    if nanoseconds > Self.mayBeHeld, isHeld() {
      heldTimes.use(route, or: { held(route) }, then: { $0.recordNanoseconds(nanoseconds) })
    } else {
      times.use(row, or: { time(route, methodPlace) }, then: { $0.recordNanoseconds(nanoseconds) })
    }
  }

  private func answer(_ route: Int, _ method: Int, _ status: Int) -> Counter {
    let status = status < Self.statuses.count ? "\(Self.statuses[status])" : "other"
    return Counter(
      label: "orders_http_requests_total",
      dimensions: [("route", templates[route]), ("method", name(ofMethod: method)), ("status", status)],
      factory: factory)
  }

  private func time(_ route: Int, _ method: Int) -> Timer {
    Timer(
      label: "orders_http_request_duration_seconds",
      dimensions: [("route", templates[route]), ("method", name(ofMethod: method))], factory: factory)
  }

  private func held(_ route: Int) -> Timer {
    Timer(label: "orders_http_wait_seconds", dimensions: [("route", templates[route])], factory: factory)
  }

  private func name(ofMethod place: Int) -> String {
    place < Self.methods.count ? Self.methods[place].rawValue : "other"
  }

  private static func place<Element: Equatable>(of element: Element, in list: [Element]) -> Int {
    list.firstIndex(of: element) ?? list.count
  }
}
