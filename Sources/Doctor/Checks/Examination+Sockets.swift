extension Examination {
  /// Whether nginx can reach who listens, and nobody else can.
  mutating func lookAtSockets() {
    for (path, socket) in facts.sockets.sorted(by: { $0.key < $1.key }) {
      switch socket {
      case .missing:
        report(
          "socket-missing", at: path, "there is no socket: nginx answers 502",
          mend: "start the responders: systemctl start orders.socket, or deploy/up")
      case .notASocket:
        report(
          "socket-missing", at: path, "this is no socket: nginx answers 502",
          mend: "remove it, and start the responders")
      case .dead:
        report(
          "socket-dead", at: path, "nobody listens on this socket: nginx answers 502", mend: "start the responders")
      case .there(let owner, let group, let mode):
        lookAtMode(path, owner, group, mode)
      }
    }
  }

  private mutating func lookAtMode(_ path: String, _ owner: UInt32, _ group: UInt32, _ mode: UInt32) {
    if mode & 0o002 != 0 {
      report(
        "socket-open", at: path,
        "everyone on this machine may write to it (mode \(Self.octal(mode))), and say to be any user",
        mend: "mode 0660, with nginx's group")
    }
    guard let nginx = facts.nginxUser, nginx.user != 0 else { return }
    let bit: UInt32 = nginx.user == owner ? 0o200 : nginx.groups.contains(group) ? 0o020 : 0o002
    if mode & bit == 0 {
      report(
        "socket-closed", at: path,
        """
        nginx's user \(nginx.name) may not write to it (owner \(owner), group \(group), mode \(Self.octal(mode))): it \
        answers 502
        """,
        mend: "give it nginx's group, and mode 0660")
    }
  }

  static func octal(_ mode: UInt32) -> String {
    let digits = String(mode & 0o777, radix: 8)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
