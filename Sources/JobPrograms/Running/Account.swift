import Glibc

/// Who programs run as: never root.
struct Account: Hashable, Sendable {
  let user: uid_t
  let group: gid_t
  /// Whether this process has to become that user for a program, because it is root itself.
  let isOther: Bool

  /// For a service that is root, `name` and its group. Any other service runs programs as itself.
  init(programUser name: String) throws(ProgramHostError) {
    guard geteuid() == 0 else {
      (user, group, isOther) = (geteuid(), getegid(), false)
      return
    }
    var record = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else {
      throw ProgramHostError("--program-user: there is no user \(OneLine.quote(name))")
    }
    guard record.pw_uid != 0 else {
      throw ProgramHostError("--program-user: \(OneLine.quote(name)) is root, and programs never run as root")
    }
    (user, group, isOther) = (record.pw_uid, record.pw_gid, true)
  }
}
