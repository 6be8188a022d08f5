import HTTPTypes
import Jobs
import Kinds
import Orders
import Testing

@testable import JobsHTTP

@Suite("The route table")
struct RouteTableTests {
  typealias Operation = RouteTable.Operation

  private let table = RouteTable(kinds: [.orders])

  static let rows: [(method: String, path: String, operation: Operation, id: Int64?)] = [
    ("GET", "/", .welcome, nil), ("GET", "/healthz", .health, nil), ("GET", "/openapi.json", .describe, nil),
    ("GET", "/metrics", .metrics, nil),
    ("GET", "/orders", .list, nil),
    ("POST", "/orders", .submit, nil), ("GET", "/orders/3", .read, 3), ("GET", "/orders/3/status", .status, 3),
    ("DELETE", "/orders/3/cancel", .cancel, 3), ("GET", "/orders/9223372036854775807/result", .result, .max),
    ("GET", "/orders/3/events", .events, 3), ("GET", "/orders/events", .events, nil),
  ]

  static let allowed = [
    "/": "GET, HEAD, OPTIONS", "/healthz": "GET, HEAD, OPTIONS", "/openapi.json": "GET, HEAD, OPTIONS",
    "/metrics": "GET, HEAD, OPTIONS",
    "/orders": "GET, HEAD, POST, OPTIONS",
    "/orders/3": "GET, HEAD, OPTIONS", "/orders/3/status": "GET, HEAD, OPTIONS", "/orders/3/cancel": "DELETE, OPTIONS",
    "/orders/9223372036854775807/result": "GET, HEAD, OPTIONS", "/orders/3/events": "GET, HEAD, OPTIONS",
    "/orders/events": "GET, HEAD, OPTIONS",
  ]

  static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get"]

  @Test("knows every row, with and without a trailing slash and a query", arguments: RouteTableTests.rows.indices)
  func knowsRow(index: Int) throws {
    let row = Self.rows[index]
    let slashed = row.path == "/" ? "/" : row.path + "/"
    for target in [row.path, slashed, row.path + "?a=b/c", slashed + "?", row.path + "?%31=//"] {
      let match = table.match(try #require(HTTPRequest.Method(row.method)), target)
      guard case .operation(let operation, _, let id) = match else {
        Issue.record("\(target) gave \(match)")
        continue
      }
      #expect(operation == row.operation)
      #expect(id?.rawValue == row.id)
    }
  }

  @Test("allows exactly what its rows say", arguments: RouteTableTests.allowed.keys.sorted(), RouteTableTests.methods)
  func allows(path: String, name: String) throws {
    let allow = try #require(Self.allowed[path])
    let method = try #require(HTTPRequest.Method(name))
    let isKnown = allow.split(separator: ", ").contains { $0 == name }
    switch table.match(method, path) {
    case .operation: #expect(isKnown && name != "OPTIONS")
    case .allowed(let value): #expect(name == "OPTIONS" && value == allow)
    case .notAllowed(let value): #expect(!isKnown && value == allow)
    case .unknown: Issue.record("\(path) is unknown")
    }
  }

  @Test(
    "knows nothing else",
    arguments: [
      "", "*", "//", "//orders", "/orders//", "/orders/3//status", "/orders/3/status//", "/Orders", "/orders/%31",
      "/%6frders", "/orders/../", "/orders/./3", "/orders/0", "/orders/-1", "/orders/+1", "/orders/007", "/orders/abc",
      "/orders/3a", "/orders/3.0", "/orders/ 3", "/orders/9223372036854775808", "/orders/99999999999999999999999",
      "/orders/3/unknown", "/orders/3/statu", "/orders/3/statuss", "/orders/3/status/x", "/order", "/ordersx",
      "/healthz/3", "orders", "/orders/0/status", "/orders/abc/cancel", "/orders;a=b", "/orders/３", "http://x/orders",
      "/orders/1\u{0}", "/orders/" + String(repeating: "1", count: 4096),
    ])
  func unknown(target: String) throws {
    for name in Self.methods {
      guard case .unknown = table.match(try #require(HTTPRequest.Method(name)), target) else {
        Issue.record("\(name) \(target) is known")
        return
      }
    }
  }

  @Test("keeps kinds apart")
  func kinds() throws {
    let reports = Kind("report", path: "reports", input: #"{"type":"object"}"#, work: NoWork())
    let table = RouteTable(kinds: [.orders, reports])
    guard case .operation(.read, kind: 1, id: _) = table.match(.get, "/reports/1"),
      case .operation(.read, kind: 0, id: _) = table.match(.get, "/orders/1")
    else {
      Issue.record("the kinds are mixed up")
      return
    }
  }
}
