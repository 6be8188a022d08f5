/// What nginx has in effect, as `nginx -T` prints it.
public struct NginxConfiguration: Sendable {
  /// The files it was read from, the main one first.
  public let files: [String]
  let main: Scope
  let http: Scope?
  let upstreams: [Upstream]
  let servers: [VirtualServer]

  public init(_ text: String) throws(UnreadableConfiguration) {
    let dump = NginxDump(text)
    files = dump.names
    let directives = try dump.directives()
    main = Scope(directives, file: files[0])
    guard let block = directives.first(where: { $0.name == "http" }) else {
      (http, upstreams, servers) = (nil, [], [])
      return
    }
    let http = main.inner(block)
    self.http = http
    upstreams = http.own.compactMap { Upstream($0, in: http) }
    servers = http.own.compactMap { VirtualServer($0, in: http) }
  }

  /// The user and the group of its workers, where it names them.
  public var user: (name: String, group: String?)? {
    main.first("user").map { ($0.arguments.first ?? "", $0.arguments.dropFirst().first) }
  }

  /// The path of the file that holds its master's number.
  public var processFile: String? { main.value("pid") }

  /// The Unix sockets of ours that it passes requests to.
  public func sockets(besides known: Set<String> = []) -> [String] {
    var found: [String] = []
    for server in servers {
      for (_, upstream) in server.passing(in: self, known) {
        found += upstream.servers.compactMap(\.socket).filter { !found.contains($0) }
      }
    }
    return found
  }

  /// The folders that its workers need for our requests and answers, each with its directive: `nil` where the program's
  /// own is in effect.
  public func temporaryFolders(besides known: Set<String> = []) -> [(directive: String, path: String?)] {
    var found: [(directive: String, path: String?)] = []
    for scope in servers.flatMap({ $0.passing(in: self, known) }).map(\.0.scope) {
      for directive in ["client_body_temp_path", "fastcgi_temp_path"] {
        let isNeeded = directive == "client_body_temp_path" || scope.value("fastcgi_max_temp_file_size") != "0"
        let path = scope.value(directive)
        if isNeeded, !found.contains(where: { $0 == (directive, path) }) { found.append((directive, path)) }
      }
    }
    return found
  }

  /// The files that hold a secret for responders.
  public var secretFiles: Set<String> {
    let scopes = servers.flatMap { $0.locations.flatMap(\.all) }.map(\.scope)
    return Set(
      scopes.flatMap { $0.all("fastcgi_param") }.filter { $0.arguments.first == "ORDERS_SECRET" }.map(\.place.file))
  }

  func upstream(of scope: Scope) -> Upstream? {
    guard let pass = scope.own.first(where: { $0.name == "fastcgi_pass" }), let name = pass.arguments.first else {
      return nil
    }
    return upstreams.first { $0.name == name } ?? Upstream(passing: pass)
  }
}

/// A server part.
struct VirtualServer: Sendable {
  let scope: Scope
  let locations: [Location]

  init?(_ directive: Directive, in http: Scope) {
    guard directive.name == "server", directive.block != nil else { return nil }
    let scope = http.inner(directive)
    self.scope = scope
    locations = scope.own.compactMap { Location($0, in: scope) }
  }

  /// Whether only this machine can reach it, by its addresses.
  var isLocal: Bool { openAddresses.isEmpty }

  /// What it listens on. nginx takes port 80 of all addresses where it is not told.
  var addresses: [(name: String, place: Place)] {
    let named = scope.own.filter { $0.name == "listen" }.map { (name: $0.arguments.first ?? "", place: $0.place) }
    return named.isEmpty ? [("*:80", scope.place)] : named
  }

  /// Those that other machines can reach.
  var openAddresses: [(name: String, place: Place)] {
    addresses.filter { address in
      !["127.", "[::1]", "localhost", "unix:"].contains { address.name.hasPrefix($0) }
    }
  }

  /// Everything in it that passes requests to responders of ours.
  func passing(in nginx: NginxConfiguration, _ sockets: Set<String>) -> [(Location, Upstream)] {
    locations.flatMap(\.all).compactMap { location in
      guard let upstream = nginx.upstream(of: location.scope), upstream.isOurs(sockets) else { return nil }
      return (location, upstream)
    }
  }
}
