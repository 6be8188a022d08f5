extension Examination {
  private static let parameter = "ORDERS_INTERNAL"
  private static let signs = ["$http_x_forwarded_for", "$http_forwarded", "$http_via", "$http_x_real_ip"]
  private static let whole = "fastcgi_param \(parameter) \"1\(signs.joined())\";"

  /// `/healthz` and `/metrics`, which responders answer where nginx passes ORDERS_INTERNAL: everyone who reaches such a
  /// server could read what the service tells of its processes. A client that logs in is no stranger.
  mutating func lookAtInternals(_ server: VirtualServer, _ scope: Scope) {
    guard let mark = scope.all("fastcgi_param").last(where: { $0.arguments.first == Self.parameter }),
      case let value = mark.arguments.dropFirst().first ?? "", !value.isEmpty
    else { return }
    if !server.isLocal, Self.isOpen(scope) {
      report(
        "internals-open", at: mark.place,
        "everyone may ask for /healthz and /metrics, which name processes and the store",
        mend: "\(Self.parameter) only in a server that listens on 127.0.0.1, as in orders/internals.conf")
    }
    if !Self.signs.allSatisfy(value.contains) {
      report(
        "internals-open", at: mark.place,
        "a proxy on this machine passes strangers on to /healthz and /metrics", mend: Self.whole)
    }
  }
}
