import HTTPTypes
import Jobs
import Kinds

/// The only place that knows paths and methods.
///
/// Matches the raw target: nothing is decoded, no slashes are merged, so `/reports/%31` and `//reports` are unknown. One
/// trailing slash is allowed everywhere. Templates are without the base path, which may stand before all of them.
struct RouteTable: Sendable {
  enum Operation: Hashable, Sendable {
    case welcome, health, describe, metrics
    case list, submit, read, status, cancel, result, log, events
    /// The result's file of that name.
    case file(String)
    /// One of the files of that name that came with the job; its number is the last part of the address.
    case inputFile(String)
    case remove
  }

  struct Route: Sendable {
    /// For people and for the description: `/reports/{id}/status`.
    let template: String
    /// The index of the kind it belongs to.
    let kind: Int?
    let operations: [(method: HTTPRequest.Method, operation: Operation)]
    /// GET implies HEAD; OPTIONS is everywhere.
    let allow: String
    /// For whoever runs the machine, and not for clients: see ``API/place(of:)``.
    let isInternal: Bool
    fileprivate let segments: [Segment]
  }

  fileprivate enum Segment: Sendable {
    case literal([UInt8])
    case id
    /// From 0, without leading zeros.
    case number
  }

  enum Match {
    case operation(Operation, kind: Int?, id: JobID?)
    /// OPTIONS: what the route allows.
    case allowed(String)
    /// The route exists, the method doesn't.
    case notAllowed(String)
    case unknown
  }

  let routes: [Route]
  private let basePath: BasePath

  init(kinds: [Kind], basePath: BasePath = .root) {
    self.basePath = basePath
    var routes = [
      Route("/", [(.get, .welcome)]),
      Route("/healthz", [(.get, .health)]),
      Route("/openapi.json", [(.get, .describe)]),
      Route("/metrics", [(.get, .metrics)]),
    ]
    for (index, kind) in kinds.enumerated() {
      let path = "/" + kind.path
      routes += [
        Route(path + "/{id}/status", of: index, [(.get, .status)]),
        Route(path, of: index, [(.get, .list), (.post, .submit)]),
        Route(path + "/{id}", of: index, [(.get, .read)] + (kind.files.isEmpty ? [] : [(.delete, .remove)])),
        Route(path + "/{id}/cancel", of: index, [(.delete, .cancel)]),
        Route(path + "/{id}/result", of: index, [(.get, .result)]),
        Route(path + "/{id}/events", of: index, [(.get, .events)]),
        Route(path + "/events", of: index, [(.get, .events)]),
      ]
      routes += kind.form.files.map { Route(path + "/{id}/result/" + $0.name, of: index, [(.get, .file($0.name))]) }
      routes += kind.files.map {
        Route(path + "/{id}/files/" + $0.name + "/{number}", of: index, [(.get, .inputFile($0.name))])
      }
      if kind.log == .owner { routes.append(Route(path + "/{id}/log", of: index, [(.get, .log)])) }
    }
    self.routes = routes
  }

  /// A malformed id makes the route unknown; a wrong method is told before any id is looked up.
  func match(_ method: HTTPRequest.Method, _ target: String) -> Match {
    match(method, at: find(target))
  }

  func match(_ method: HTTPRequest.Method, at place: (route: Int, id: JobID?)?) -> Match {
    guard let place else { return .unknown }
    return routes[place.route].match(method, place.id)
  }

  /// The index of the route, and the id in its address; `nil` where there is no such route.
  func find(_ target: String) -> (route: Int, id: JobID?)? {
    search(target).map { ($0.route, $0.id) }
  }

  /// What of the base path stands in `target`; `nil` where there is no such route.
  func ending(in target: String) -> String? {
    search(target)?.ending
  }

  private func search(_ target: String) -> (route: Int, id: JobID?, ending: String)? {
    var target = target
    return target.withUTF8 { target in
      let end = target.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.count
      for ending in basePath.endings where target[..<end].starts(with: ending.utf8) {
        let path = UnsafeBufferPointer(rebasing: target[ending.utf8.count..<end])
        for (index, route) in routes.enumerated() {
          var id: JobID?
          let isBase = path.isEmpty && !ending.isEmpty && route.segments.isEmpty
          if isBase || route.matches(path, &id) { return (index, id, ending) }
        }
      }
      return nil
    }
  }
}

extension RouteTable.Route {
  fileprivate init(
    _ template: String, of kind: Int? = nil,
    _ operations: [(method: HTTPRequest.Method, operation: RouteTable.Operation)]
  ) {
    self.template = template
    self.kind = kind
    self.operations = operations
    isInternal = operations.contains { $0.operation == .health || $0.operation == .metrics }
    let methods = operations.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
    allow = (methods + ["OPTIONS"]).joined(separator: ", ")
    segments = template.split(separator: "/").map { segment in
      switch segment {
      case "{id}": .id
      case "{number}": .number
      default: .literal(Array(segment.utf8))
      }
    }
  }

  fileprivate func match(_ method: HTTPRequest.Method, _ id: JobID?) -> RouteTable.Match {
    let wanted = method == .head ? .get : method
    for row in operations where row.method == wanted {
      return .operation(row.operation, kind: kind, id: id)
    }
    return method == .options ? .allowed(allow) : .notAllowed(allow)
  }

  fileprivate func matches(_ path: UnsafeBufferPointer<UInt8>, _ id: inout JobID?) -> Bool {
    if segments.isEmpty { return path.count == 1 && path[0] == UInt8(ascii: "/") }
    var position = 0
    for segment in segments {
      guard position < path.count, path[position] == UInt8(ascii: "/") else { return false }
      position += 1
      switch segment {
      case .literal(let bytes):
        guard path[position...].starts(with: bytes) else { return false }
        position += bytes.count
      case .id:
        guard let found = JobID(digits: path, at: &position) else { return false }
        id = found
      case .number:
        let digits = path[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard 1...9 ~= digits.count, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return false }
        position += digits.count
      }
    }
    if position + 1 == path.count, path[position] == UInt8(ascii: "/") { position += 1 }
    return position == path.count
  }
}

extension JobID {
  /// Reads an id as it is written: 1 to Int64.max, without sign or leading zeros.
  init?(digits bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) {
    var value: Int64 = 0
    guard position < bytes.count, bytes[position] != UInt8(ascii: "0") else { return nil }
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int64(bytes[position] - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
      position += 1
    }
    guard value > 0 else { return nil }
    self.init(rawValue: value)
  }

  /// The same for a whole text.
  init?(digits text: some StringProtocol) {
    var bytes = Array(text.utf8)
    var position = 0
    let id = bytes.withUnsafeMutableBufferPointer { JobID(digits: UnsafeBufferPointer($0), at: &position) }
    guard let id, position == bytes.count else { return nil }
    self = id
  }
}
