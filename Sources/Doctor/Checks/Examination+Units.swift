extension Examination {
  mutating func look(at units: UnitSet) {
    if let socket = units.socket { lookAtSocketUnit(socket, units) }
    if let responder = units.responder { lookAtResponderUnit(responder, units) }
    for (path, place) in units.missingFiles {
      report(
        "environment-file", at: place, "there is no \(path), and without it no responder starts",
        mend: "make it, or write a - before its name")
    }
  }

  private mutating func lookAtSocketUnit(_ unit: UnitFile, _ units: UnitSet) {
    let mode = unit.value("Socket", "SocketMode").map(UnitValue.mode) ?? 0o666
    if let mode, mode & 0o002 != 0 {
      report(
        "socket-mode", at: unit.place("Socket", "SocketMode"),
        "everyone on this machine may write to the socket (mode \(Self.octal(mode))), and say to be any user",
        mend: "SocketMode=0660")
    } else if let mode, mode & 0o020 == 0 {
      report(
        "socket-mode", at: unit.place("Socket", "SocketMode"),
        "nginx's group may not write to the socket (mode \(Self.octal(mode))): it answers 502", mend: "SocketMode=0660")
    }
    if let user = facts.nginx?.user {
      let (group, wanted) = (unit.value("Socket", "SocketGroup") ?? "root", user.group ?? user.name)
      let isMember = facts.nginxUser?.groupNames.contains(group) ?? false
      if group != wanted, !isMember {
        report(
          "socket-group", at: unit.place("Socket", "SocketGroup"),
          "the socket is for the group \(group), and nginx's workers are in \(wanted): it answers 502",
          mend: "SocketGroup=\(wanted)")
      }
    }
    if let nginx = facts.nginx {
      let passed = nginx.sockets(besides: knownSockets)
      if !passed.isEmpty, Set(passed).isDisjoint(with: units.sockets) {
        report(
          "socket-path", at: unit.place("Socket", "ListenStream"),
          """
          systemd listens on \(units.sockets.joined(separator: ", ")), and nginx connects to \
          \(passed.joined(separator: ", "))
          """,
          mend: "ListenStream=\(passed[0])")
      }
    }
    if unit.value("Socket", "Service") == nil, unit.name == "orders.socket" {
      report(
        "socket-service", at: unit.place("Socket", "ListenStream"),
        "systemd looks for orders.service, which is not there, and refuses to listen", mend: "Service=orders@1.service")
    }
  }

  private mutating func lookAtResponderUnit(_ unit: UnitFile, _ units: UnitSet) {
    let options = facts.options
    let stop = unit.value("Service", "TimeoutStopSec").map(UnitValue.duration) ?? .seconds(90)
    // A responder gives itself seven seconds more to write what it gives back.
    if let stop, let longest = options.map(\.drain).max(), stop <= longest + .seconds(7) {
      report(
        "stop-timeout", at: unit.place("Service", "TimeoutStopSec"),
        "systemd kills a responder after \(stop.text), and it may drain for \(longest.text) and 7s more",
        mend: "TimeoutStopSec=\((longest + .seconds(15)).text), or a shorter --drain")
    }
    if let limit = unit.value("Service", "LimitNOFILE").flatMap(UnitValue.hardLimit) {
      lookAtDescriptors(limit, streams: options.map(\.streams).max() ?? 0, at: unit.place("Service", "LimitNOFILE"))
    }
    if !["always", "on-failure", "on-abnormal", "on-abort"].contains(unit.value("Service", "Restart") ?? "no") {
      report(
        "restart", at: unit.place("Service", "Restart"), "a responder that dies stays away", mend: "Restart=always")
    }
    lookAtMemory(unit)
    if unit.all("Service", "Sockets").isEmpty, units.socket != nil {
      report(
        "unit-socket", at: unit.place("Service", "Sockets"),
        "an instance other than the first gets no socket, and ends at once", mend: "Sockets=orders.socket")
    }
    if options.contains(where: \.sendsCallbacks), Self.isClosedNetwork(unit) {
      report(
        "callback-network", at: unit.place("Service", "PrivateNetwork"),
        "callbacks are sent, and the unit has no network to send them through",
        mend: "the drop-in that opens the network (orders@.service.d/network.conf)")
    }
    lookAtStorePath(unit, units)
  }

  private mutating func lookAtMemory(_ unit: UnitFile) {
    let missing = ["MemoryHigh", "MemoryMax"].filter {
      ["", "infinity", "100%"].contains(unit.value("Service", $0) ?? "")
    }
    guard let first = missing.first else { return }
    report(
      "memory-limit", at: unit.place("Service", first),
      "a responder may take all memory of this machine: \(missing.joined(separator: "= and "))= is not set",
      mend: "MemoryHigh=1536M and MemoryMax=2G, or more where work needs more")
  }

  private static func isClosedNetwork(_ unit: UnitFile) -> Bool {
    let families = unit.all("Service", "RestrictAddressFamilies").flatMap { UnitValue.words($0.value) }
    return UnitValue.isTrue(unit.value("Service", "PrivateNetwork"))
      || (!families.isEmpty && families.first?.hasPrefix("~") == false && !families.contains("AF_INET"))
  }

  /// Under ProtectSystem=strict only what is named can be written.
  private mutating func lookAtStorePath(_ unit: UnitFile, _ units: UnitSet) {
    guard unit.value("Service", "ProtectSystem") == "strict" else { return }
    let state = unit.all("Service", "StateDirectory").flatMap { UnitValue.words($0.value) }.map { "/var/lib/" + $0 }
    let other = unit.all("Service", "ReadWritePaths").flatMap { UnitValue.words($0.value) }
      .map { String($0.drop { "-+".contains($0) }) }
    let place = units.command?.place.description
    for responder in facts.responders where responder.place == place {
      guard let store = responder.store, !(state + other).contains(where: { store.hasPrefix($0 + "/") }) else {
        continue
      }
      report(
        "store-path", at: responder.place, "\(store) lies where the unit lets nobody write",
        mend: "ReadWritePaths= with its folder, or a path in the unit's StateDirectory")
    }
  }

  mutating func lookAtDescriptors(_ limit: Int, streams: Int, at place: some CustomStringConvertible) {
    // A stream takes one; files, threads and other requests take some.
    guard limit < streams + 256 else { return }
    report(
      "responder-descriptors", at: place,
      "a responder may have \(limit) descriptors, and \(streams) streams take one each, beside other requests",
      mend: "LimitNOFILE=65536 (ulimit -Hn), or fewer --streams")
  }
}
