/// Where a server part has the service.
struct Mount: Sendable {
  /// `/api`, or nothing at its root.
  let path: String
  /// The one that includes mount.conf.
  let location: Location?
}

extension VirtualServer {
  /// Each location with mount.conf that passes one of `addresses` to responders; and the longest of the paths that the
  /// responders answer below (`bases`, and what proxies may leave of them) that another location passes on.
  func mounts(
    of addresses: [String], below bases: Set<String>, in nginx: NginxConfiguration, _ sockets: Set<String>
  ) -> [Mount] {
    func passes(_ path: String) -> Bool {
      addresses.contains { nginx.passing(path + $0, self, sockets) != nil }
    }
    var found: [Mount] = []
    for location in locations {
      guard case .prefix(let prefix, _) = location.matching, location.isMount else { continue }
      let path = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
      if passes(path) { found.append(Mount(path: path, location: location)) }
    }
    let known = found.map(\.path)
    func isInside(_ path: String) -> Bool { known.contains { path == $0 || path.hasPrefix($0 + "/") } }
    let rest = bases.flatMap(Self.endings).sorted { $0.utf8.count > $1.utf8.count }
    if let path = (rest + [""]).first(where: { !isInside($0) && passes($0) }) {
      found.append(Mount(path: path, location: nil))
    }
    return found
  }

  private static func endings(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.map { parts[$0...].map { "/" + $0 }.joined() }
  }
}

extension Location {
  /// Whether it includes mount.conf.
  fileprivate var isMount: Bool {
    scope.own.contains { $0.name == "fastcgi_param" && $0.arguments.first == "ORDERS_MOUNTED" }
  }
}

extension NginxConfiguration {
  /// Where an address is passed to responders of ours; `nil` where it isn't.
  func passing(_ path: String, _ server: VirtualServer, _ sockets: Set<String>) -> Scope? {
    guard let location = Location.chosen(for: path, among: server.locations),
      let upstream = upstream(of: location.scope), upstream.isOurs(sockets)
    else { return nil }
    return location.scope
  }
}
