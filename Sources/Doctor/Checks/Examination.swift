/// All checks: what is known of a service, and what doesn't fit together in it. Functions of ``Facts`` alone.
///
/// What every shipped file says is right here, and the same file with one line changed for the worse is found by one
/// code.
public struct Examination {
  let facts: Facts
  var findings: [Finding] = []

  /// In the order in which a request meets them; none twice.
  public static func findings(of facts: Facts) -> [Finding] {
    var examination = Examination(facts: facts)
    if let nginx = facts.nginx { examination.look(at: nginx) }
    examination.lookAtSockets()
    examination.lookAtFolders()
    if let units = facts.units { examination.look(at: units) }
    for responder in facts.responders { examination.look(at: responder) }
    if let store = facts.store { examination.look(at: store) }
    for file in facts.strayFiles { examination.look(at: file) }
    var told = Set<Finding>()
    return examination.findings.filter { told.insert($0).inserted }
  }

  mutating func report(_ code: String, at place: some CustomStringConvertible, _ fault: String, mend: String) {
    findings.append(Finding(code, at: place, fault, mend: mend))
  }

  /// Sockets that are ours though nginx's configuration calls them otherwise.
  var knownSockets: Set<String> { Set(facts.units?.sockets ?? []) }

  // MARK: - nginx

  /// The longest `Prefer: wait`, and the pause between two signs of life of a stream.
  static let longestWait = Duration.seconds(50)

  /// Addresses of each kind; what clients ask for all the time.
  private var polls: [String] {
    facts.paths.flatMap { path in ["", "/1", "/1/status", "/1/result", "/1/cancel"].map { "/" + path + $0 } }
  }
  private var streams: [String] { facts.paths.flatMap { ["/\($0)/events", "/\($0)/1/events"] } }

  private mutating func look(at nginx: NginxConfiguration) {
    let ours = nginx.servers.filter { !$0.passing(in: nginx, knownSockets).isEmpty }
    guard ours.contains(where: { !mounts(of: $0, nginx).isEmpty }) else {
      report(
        "not-passed", at: ours.first?.scope.place.description ?? nginx.files[0],
        "no server part passes requests to the responders",
        mend: "install nginx/site.conf, or name the upstream \"orders\"")
      return
    }
    lookAtProcesses(of: nginx)
    for server in ours {
      for mount in mounts(of: server, nginx) { lookAtJobs(server, mount, nginx) }
      for (location, upstream) in server.passing(in: nginx, knownSockets) {
        lookAtParameters(location.scope)
        lookAtSecret(location.scope)
        lookAtInternals(server, location.scope)
        lookAt(upstream, for: location.scope)
      }
    }
  }

  private mutating func lookAtJobs(_ server: VirtualServer, _ mount: Mount, _ nginx: NginxConfiguration) {
    lookAtBasePath(mount)
    for path in polls + streams {
      guard let scope = nginx.passing(mount.path + path, server, knownSockets) else {
        report(
          "not-passed", at: server.scope.place, "\(mount.path)\(path) does not reach the responders",
          mend: "pass every address to them: location / { fastcgi_pass orders; }")
        continue
      }
      lookAtRequests(scope)
      lookAtAccess(server, scope)
      lookAtUsers(scope)
      if streams.contains(path) { lookAtStream(scope) }
    }
    if let path = polls.first, let scope = nginx.passing(mount.path + path, server, knownSockets) { lookAtFiles(scope) }
    for (path, most) in facts.uploads.sorted(by: { $0.key < $1.key }) {
      guard let scope = nginx.passing("\(mount.path)/\(path)", server, knownSockets) else { continue }
      lookAtUploads(to: path, most, scope)
    }
    lookAtProblems(server, mount, nginx)
  }

  /// A server without one is for whoever runs the machine alone.
  private func mounts(of server: VirtualServer, _ nginx: NginxConfiguration) -> [Mount] {
    server.mounts(of: polls + streams, below: facts.basePaths, in: nginx, knownSockets)
  }
}
