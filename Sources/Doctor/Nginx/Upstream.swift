/// Where requests are passed to: the servers of an `upstream` block, or an address by itself.
struct Upstream: Sendable {
  struct Server: Sendable {
    let address: String
    let parameters: [String]
    let place: Place

    /// The path of a Unix socket.
    var socket: String? { address.hasPrefix("unix:") ? String(address.dropFirst("unix:".count)) : nil }
  }

  let name: String
  let servers: [Server]
  /// `nil` where a fastcgi_pass names the address itself.
  let scope: Scope?

  init?(_ directive: Directive, in outer: Scope) {
    guard directive.name == "upstream", let name = directive.arguments.first else { return nil }
    self.name = name
    scope = outer.inner(directive)
    servers = (directive.block ?? []).filter { $0.name == "server" }.map {
      Server(
        address: $0.arguments.first ?? "", parameters: Array($0.arguments.dropFirst()), place: $0.place)
    }
  }

  init(passing directive: Directive) {
    name = directive.arguments.first ?? ""
    servers = [Server(address: name, parameters: [], place: directive.place)]
    scope = nil
  }

  /// Ours are called `orders`, or lead to a socket of ours: one that a unit names, or any called orders.sock.
  func isOurs(_ sockets: Set<String>) -> Bool {
    name == "orders"
      || servers.contains { server in
        guard let socket = server.socket else { return false }
        return sockets.contains(socket) || socket == "orders.sock" || socket.hasSuffix("/orders.sock")
      }
  }
}
