extension Examination {
  /// What nginx answers itself: everything it may have to say of a request to us.
  private static let told = [400, 403, 404, 413, 414, 429, 494, 500, 502, 503, 504]
  /// Found before nginx chooses a location.
  private static let toldByServers: Set = [414, 494]

  /// Clients of an API read problem documents, and nginx's own pages are HTML.
  mutating func lookAtProblems(_ server: VirtualServer, _ mount: Mount, _ nginx: NginxConfiguration) {
    let scope = mount.location?.scope ?? server.scope
    let pages = scope.all("error_page")
    let covered = Set(pages.flatMap { $0.arguments.dropLast() }.compactMap { Int($0) })
    let missing = Self.told.filter { code in
      !covered.contains(code) && (mount.location == nil || !Self.toldByServers.contains(code))
    }
    if !missing.isEmpty {
      report(
        "html-errors", at: pages.first?.place ?? scope.place,
        "nginx answers \(missing.map(String.init).joined(separator: ", ")) with pages of HTML",
        mend: mount.location == nil
          ? "include orders/problems.conf; and keep all error_page of the server there"
          : "include orders/mount.conf; and no error_page beside it in that location")
    }
    // A TRACE is refused before nginx chooses a location: the rest of the server says how.
    guard mount.location == nil else { return }
    let target = pages.last { $0.arguments.dropLast().contains("405") }?.arguments.last
    let named = server.locations.first { $0.matching == .named(target ?? "") }
    if named.flatMap({ nginx.upstream(of: $0.scope) })?.isOurs(knownSockets) != true {
      report(
        "method-errors", at: pages.first { $0.arguments.contains("405") }?.place ?? server.scope.place,
        "a TRACE is refused without the Allow field that the responders know",
        mend: "error_page 405 = @responder; location @responder { fastcgi_pass orders; }")
    }
  }
}
