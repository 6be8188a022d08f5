extension Examination {
  /// A server that other machines reach asks its clients who they are, or lets in only addresses that it names. A limit on
  /// their rate is neither.
  mutating func lookAtAccess(_ server: VirtualServer, _ scope: Scope) {
    let asksForCertificate = scope.value("ssl_verify_client") == "on"
    guard let address = server.openAddresses.first, Self.isOpen(scope), !asksForCertificate else { return }
    report(
      "open-without-login", at: address.place,
      "everyone who reaches \(address.name) sees, submits and cancels all jobs: no client has to log in",
      mend: "include orders/authentication.conf;, or listen 127.0.0.1:80; for this machine alone")
  }

  /// Whether the server answers any client: nothing asks for a login, and no rule names the addresses that may enter.
  static func isOpen(_ scope: Scope) -> Bool {
    let isClosed = scope.all("deny").contains { $0.arguments == ["all"] }
    let letsAllIn = scope.all("allow").contains { ["all", "0.0.0.0/0", "::/0"].contains($0.arguments.first) }
    let logsIn = ["auth_basic", "auth_request"].contains { (scope.value($0) ?? "off") != "off" }
    return logsIn ? letsAllIn && scope.value("satisfy") == "any" : letsAllIn || !isClosed
  }
}

extension NginxConfiguration {
  /// The addresses where clients reach the kinds of these paths, and whether all of them are for this machine alone; `nil` where no
  /// server part passes them on.
  public func reach(
    of paths: [String], below bases: Set<String> = [], besides known: Set<String> = []
  ) -> (addresses: [String], isLocal: Bool)? {
    let ours = servers.filter { server in
      !server.mounts(of: paths.map { "/" + $0 }, below: bases, in: self, known).isEmpty
    }
    guard !ours.isEmpty else { return nil }
    return (ours.flatMap { $0.addresses.map(\.name) }, ours.allSatisfy(\.isLocal))
  }
}
