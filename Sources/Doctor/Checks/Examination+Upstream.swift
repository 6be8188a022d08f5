extension Examination {
  private static let bestKept =
    "keepalive 256; in the upstream, and fastcgi_keep_conn on; where requests are passed to it"

  mutating func lookAt(_ upstream: Upstream, for scope: Scope) {
    let keeps = scope.value("fastcgi_keep_conn") == "on"
    let kept = upstream.scope?.own.first { $0.name == "keepalive" }
    if keeps, kept == nil {
      report(
        "keep-alive", at: upstream.scope?.place ?? upstream.servers.first?.place ?? scope.place,
        "nginx asks responders to keep connections that it keeps no place for", mend: Self.bestKept)
    } else if !keeps {
      report(
        "keep-alive", at: scope.place(of: "fastcgi_keep_conn"),
        "each request makes a connection of its own, which halves the rate", mend: Self.bestKept)
    }
    if kept != nil { lookAtPause(of: upstream) }
    // The only one is asked whatever happened on it.
    for server in upstream.servers where upstream.servers.count > 1 && !server.parameters.contains("max_fails=0") {
      report(
        "max-fails", at: server.place,
        "after one failure on it nginx asks nobody there for ten seconds, and where all have failed it answers 502",
        mend: "server \(server.address) max_fails=0;")
    }
  }

  /// A process that ends waits until nginx has let go of its idle connections, which only it can do without a race.
  private mutating func lookAtPause(of upstream: Upstream) {
    guard let scope = upstream.scope else { return }
    let setting = scope.own.first { $0.name == "keepalive_timeout" }
    let pause = setting.map { NginxValue.duration($0.arguments.first ?? "") } ?? .seconds(60)
    guard let pause, let shortest = facts.options.min(by: { $0.drain < $1.drain }), pause >= shortest.drain else {
      return
    }
    report(
      "keep-alive-drain", at: setting?.place ?? scope.place,
      """
      nginx keeps idle connections for \(pause.text), and a responder that ends (\(shortest.place)) cuts them off \
      after \(shortest.drain.text): a POST on one of them is a 502
      """, mend: "keepalive_timeout 15s; in the upstream, or a longer --drain")
  }

  /// What belongs to nginx as a whole.
  mutating func lookAtProcesses(of nginx: NginxConfiguration) {
    guard let events = nginx.main.first("events") else { return }
    let setting = (events.block ?? []).first { $0.name == "worker_connections" }
    let connections = setting.map { Int($0.arguments.first ?? "") } ?? 512
    let limit = nginx.main.value("worker_rlimit_nofile").map { Int($0) } ?? facts.nginxDescriptors ?? 1024
    guard let connections, let limit, connections > limit else { return }
    report(
      "descriptors", at: setting?.place ?? events.place,
      "a worker may have \(connections) connections and only \(limit) descriptors: it refuses clients",
      mend: "worker_rlimit_nofile \(connections + 512); in the main part")
  }
}
