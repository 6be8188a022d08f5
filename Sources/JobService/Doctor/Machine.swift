import Doctor
import Foundation
import Glibc

/// What the kernel and the user database say.
enum Machine {
  /// Whom the configuration of an nginx that does not run names as its workers' user.
  static func user(of nginx: NginxConfiguration) -> Identity? {
    guard let user = nginx.user, let entry = getpwnam(user.name) else { return nil }
    var groups: Set<UInt32> = user.group.flatMap { getgrnam($0)?.pointee.gr_gid }.map { [$0] } ?? [entry.pointee.pw_gid]
    // initgroups(3) gives workers the others that the user is in.
    var (list, count) = ([gid_t](repeating: 0, count: 256), Int32(256))
    if getgrouplist(user.name, entry.pointee.pw_gid, &list, &count) >= 0 { groups.formUnion(list.prefix(Int(count))) }
    return Identity(name: user.name, user: entry.pointee.pw_uid, groups: groups, groupNames: names(of: groups))
  }

  static func names(of groups: Set<UInt32>) -> Set<String> {
    Set(groups.compactMap { getgrgid($0).map { String(cString: $0.pointee.gr_name) } })
  }

  /// The bits of a file's mode; `nil` where there is no such file.
  static func mode(of path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  /// A folder that `user` should be able to write to, through those above it.
  static func folder(at path: String, for user: Identity?, looksAbove: Bool) -> TemporaryFolder.State {
    var (status, system) = (stat(), statvfs())
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, statvfs(path, &system) == 0 else {
      return .missing
    }
    var shut: String?
    if let user, user.user != 0 {
      var above = URL(filePath: path).deletingLastPathComponent().path
      if !allows(0o3, status, user) { shut = path }
      while looksAbove, shut == nil {
        if stat(above, &status) == 0, !allows(0o1, status, user) { shut = above }
        if above == "/" { break }
        above = URL(filePath: above).deletingLastPathComponent().path
      }
    }
    // Without a free inode there is no room either.
    let room = system.f_favail == 0 && system.f_files > 0 ? 0 : Int64(system.f_bavail) * Int64(system.f_frsize)
    return .there(freeSpace: room, shut: shut, isReadOnly: system.f_flag & UInt(ST_RDONLY) != 0)
  }

  private static func allows(_ bits: UInt32, _ status: stat, _ user: Identity) -> Bool {
    let shift: UInt32 = status.st_uid == user.user ? 6 : user.groups.contains(status.st_gid) ? 3 : 0
    return status.st_mode >> shift & bits == bits
  }

  /// Whether somebody listens is tried by a connection that says nothing.
  static func socket(at path: String) -> SocketFacts {
    var status = stat()
    guard stat(path, &status) == 0 else { return .missing }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .notASocket }
    let there = SocketFacts.there(owner: status.st_uid, group: status.st_gid, mode: status.st_mode & 0o777)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return there }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return there }
    defer { close(descriptor) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result != 0 && errno == ECONNREFUSED ? .dead : there
  }
}
