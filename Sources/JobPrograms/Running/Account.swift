import Glibc

/// Who programs run as: never root.
struct Account: Hashable, Sendable {
  let user: uid_t
  let group: gid_t
  /// The user's number, where it has no name.
  let name: String
  /// Whether this process has to become that user for a program, because it is root itself.
  let isOther: Bool

  /// For a service that is root, `name` and its group. Any other service runs programs as itself.
  init(programUser name: String) throws(ProgramHostError) {
    guard geteuid() == 0 else {
      let own = Self.look { getpwuid_r(geteuid(), $0, $1, $2, $3) }
      (user, group, self.name, isOther) = (geteuid(), getegid(), own?.name ?? "\(geteuid())", false)
      return
    }
    guard let other = Self.look({ getpwnam_r(name, $0, $1, $2, $3) }) else {
      throw ProgramHostError("--program-user: there is no user \(OneLine.quote(name))")
    }
    guard other.user != 0 else {
      throw ProgramHostError("--program-user: \(OneLine.quote(name)) is root, and programs never run as root")
    }
    (user, group, self.name, isOther) = (other.user, other.group, other.name, true)
  }

  private typealias Search = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  /// The entry of the user database that `search` finds.
  private static func look(_ search: Search) -> (user: uid_t, group: gid_t, name: String)? {
    var record = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard search(&record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return (record.pw_uid, record.pw_gid, String(cString: record.pw_name))
  }
}
