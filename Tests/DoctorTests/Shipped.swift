import Foundation
import TestSupport

@testable import Doctor

/// What ships, as nginx -T would print it where site.conf says it belongs, and changes to it.
enum Shipped {
  /// One line for another; not finding it is a failure.
  struct Change: Sendable {
    let old: String
    let new: String
  }

  static func nginx(including names: [String] = [], _ changes: [Change] = []) throws -> String {
    var files = [
      (
        "nginx.conf",
        """
        user www-data;
        events { worker_connections 768; }
        http { gzip on; include sites-enabled/*; }

        """
      ), ("sites-enabled/orders", try text("nginx/site.conf")),
    ]
    for name in names {
      files[1].1 = try replaced(
        files[1].1, .init(old: "# include orders/\(name).conf;", new: "include orders/\(name).conf;"))
    }
    let folder = RunningService.repository + "/nginx/orders"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      files.append(("orders/" + name, try text("nginx/orders/" + name)))
    }
    return try changes.reduce(
      files.map { "# configuration file /etc/nginx/\($0.0):\n\($0.1)" }.joined(separator: "\n"), replaced)
  }

  static func units(
    socket changeOfSocket: Change? = nil, responder changeOfResponder: Change? = nil, dropIn: String? = nil,
    environment: String? = nil
  ) throws -> UnitSet {
    let (socket, responder) = (try text("deploy/systemd/orders.socket"), try text("deploy/systemd/orders@.service"))
    let files = [("orders@.service", try changeOfResponder.map { try replaced(responder, $0) } ?? responder)]
    return UnitSet(
      socket: UnitFile(
        name: "orders.socket",
        files: [("orders.socket", try changeOfSocket.map { try replaced(socket, $0) } ?? socket)]),
      responder: UnitFile(
        name: "orders@.service", files: files + (dropIn.map { [("orders@.service.d/x.conf", $0)] } ?? []))
    ) { _ in environment }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: RunningService.repository + "/" + path, encoding: .utf8)
  }

  static func replaced(_ text: String, _ change: Change) throws -> String {
    guard text.contains(change.old) else { throw Missing(description: "there is no \(change.old)") }
    return text.replacing(change.old, with: change.new)
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }
}
