import Testing

@testable import Doctor

@Suite("systemd's units")
struct UnitChecksTests {
  private func findings(_ units: UnitSet, _ change: (inout Facts) -> Void = { _ in }) throws -> [String] {
    var facts = Facts(paths: ["orders"])
    facts.nginx = try NginxConfiguration(Shipped.nginx())
    facts.units = units
    change(&facts)
    return Examination.findings(of: facts).map(\.code)
  }

  @Test("as they ship have nothing to find")
  func silence() throws {
    #expect(try findings(Shipped.units()) == [])
  }

  @Test(
    "with a line of the socket's changed have one finding",
    arguments: [
      ("socket-mode", "SocketMode=0660", "SocketMode=0666"), ("socket-mode", "SocketMode=0660", ""),
      ("socket-mode", "SocketMode=0660", "SocketMode=0600"), ("socket-group", "SocketGroup=www-data", ""),
      ("socket-group", "SocketGroup=www-data", "SocketGroup=orders"),
      ("socket-service", "Service=orders@1.service", ""),
      ("socket-path", "ListenStream=/run/orders/orders.sock", "ListenStream=/run/orders.socket"),
    ])
  func socket(_ code: String, _ old: String, _ new: String) throws {
    #expect(try findings(Shipped.units(socket: .init(old: old, new: new))) == [code])
  }

  @Test("give the socket to nginx's group, or to one that its user is in")
  func membership() throws {
    let units = try Shipped.units(socket: .init(old: "SocketGroup=www-data", new: "SocketGroup=orders"))
    let member = Identity(name: "www-data", user: 33, groups: [33, 990], groupNames: ["www-data", "orders"])
    #expect(try findings(units) { $0.nginxUser = member } == [])
  }

  @Test(
    "with a line of the responders' changed have one finding",
    arguments: [
      ("stop-timeout", "TimeoutStopSec=45s", "TimeoutStopSec=30"),
      ("responder-descriptors", "LimitNOFILE=65536", "LimitNOFILE=1024"),
      ("responder-descriptors", "LimitNOFILE=65536", "LimitNOFILE=65536:512"),
      ("memory-limit", "MemoryMax=2G", ""), ("memory-limit", "MemoryMax=2G", "MemoryMax=infinity"),
      ("memory-limit", "MemoryHigh=1536M", ""),
      ("restart", "Restart=always", "Restart=no"), ("unit-socket", "Sockets=orders.socket", ""),
      ("environment-file", "EnvironmentFile=-", "EnvironmentFile="),
    ])
  func responder(_ code: String, _ old: String, _ new: String) throws {
    #expect(try findings(Shipped.units(responder: .init(old: old, new: new))) == [code])
  }

  @Test("are the same with lines that end as on Windows")
  func lineEnds() throws {
    func dos(_ text: String) -> String { text.replacing("\n", with: "\r\n") }
    let units = UnitSet(
      socket: UnitFile(
        name: "orders.socket", files: [("orders.socket", dos(try Shipped.text("deploy/systemd/orders.socket")))]),
      responder: UnitFile(
        name: "orders@.service", files: [("orders@.service", dos(try Shipped.text("deploy/systemd/orders@.service")))])
    ) { _ in dos("# ours\nORDERS_OPTIONS=\"--drain 60s --jobs 4\"\n; more\nOTHER=1\n") }
    #expect(try findings(units) == [])
    #expect(
      units.command?.words == ["--store", "sqlite:/var/lib/orders/orders.sqlite", "--drain", "60s", "--jobs", "4"])
  }

  @Test("are judged with their drop-ins and the options in their files")
  func options() throws {
    let units = try Shipped.units(dropIn: "[Service]\nTimeoutStopSec=\nTimeoutStopSec=20s\n")
    #expect(try findings(units) == ["stop-timeout"])
    let unlimited = try Shipped.units(dropIn: "[Service]\nMemoryHigh=\nMemoryMax=infinity\n")
    #expect(try findings(unlimited) == ["memory-limit"])
    let words = try Shipped.units(environment: "# ours\nORDERS_OPTIONS=\"--drain 60s --jobs 4\"\n").command?.words
    #expect(words == ["--store", "sqlite:/var/lib/orders/orders.sqlite", "--drain", "60s", "--jobs", "4"])
    let workers = try Shipped.units(
      dropIn: Shipped.text("deploy/systemd/orders@.service.d/workers.conf"), environment: "ORDERS_OPTIONS=\"--jobs 4\"")
    #expect(try findings(workers) == [])
    #expect(workers.command?.words.suffix(6) == ["--jobs", "4", "--kinds", "/etc/orders/kinds", "--jobs", "0"])
    let slow = try findings(Shipped.units()) { facts in
      facts.responders = [Responder(place: "orders@.service:8")]
      facts.responders[0].drain = .seconds(60)
    }
    #expect(slow == ["stop-timeout"])
  }

  @Test("send no callbacks without a network, and keep no store where they may not write")
  func network() throws {
    func check(_ units: UnitSet, _ change: (inout Responder) -> Void) throws -> [String] {
      try findings(units) { facts in
        var responder = Responder(place: units.command?.place.description ?? "")
        responder.store = "/var/lib/orders/orders.sqlite"
        change(&responder)
        facts.responders = [responder]
      }
    }
    let sends: (inout Responder) -> Void = { $0.sendsCallbacks = true }
    #expect(try check(Shipped.units()) { _ in } == [])
    #expect(try check(Shipped.units(), sends) == ["callback-network"])
    let open = try Shipped.text("deploy/systemd/orders@.service.d/network.conf")
    #expect(try check(Shipped.units(dropIn: open), sends) == [])
    #expect(try check(Shipped.units()) { $0.store = "/srv/orders.sqlite" } == ["store-path"])
    let writable = "[Service]\nReadWritePaths=/etc/x \\\n  -/srv\n"
    #expect(try check(Shipped.units(dropIn: writable)) { $0.store = "/srv/orders.sqlite" } == [])
  }

  @Test(
    "have spans of time in all of systemd's spellings",
    arguments: [("45", 45_000), ("1min 30s", 90_000), ("500ms", 500), ("2h", 7_200_000), ("soon", nil)])
  func spans(_ text: String, _ milliseconds: Int?) {
    #expect(UnitValue.duration(text) == milliseconds.map { .milliseconds($0) })
    #expect(UnitValue.duration("infinity").map { $0 > .seconds(1_000_000) } == true)
    #expect(UnitValue.words(#"a "b c" d\ e 'f"g' """#) == ["a", "b c", "d e", "f\"g", ""])
  }
}
