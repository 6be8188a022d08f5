import Doctor
import Foundation
import Glibc

/// What the kernel and the user database say.
enum Machine {
  /// Who nginx's workers are: those that run, or whom the configuration names.
  static func workers(of nginx: NginxConfiguration, in prefix: String?) -> Identity? {
    if let identity = nginx.processFile.flatMap({ runningWorker(of: $0, in: prefix) }) { return identity }
    guard let user = nginx.user, let entry = getpwnam(user.name) else { return nil }
    var groups: Set<UInt32> = user.group.flatMap { getgrnam($0)?.pointee.gr_gid }.map { [$0] } ?? [entry.pointee.pw_gid]
    // initgroups(3) gives workers the others that the user is in.
    var (list, count) = ([gid_t](repeating: 0, count: 256), Int32(256))
    if getgrouplist(user.name, entry.pointee.pw_gid, &list, &count) >= 0 { groups.formUnion(list.prefix(Int(count))) }
    return Identity(name: user.name, user: entry.pointee.pw_uid, groups: groups)
  }

  private static func runningWorker(of file: String, in prefix: String?) -> Identity? {
    let path = file.hasPrefix("/") ? file : (prefix ?? "") + "/" + file
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let master = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let children = try? String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8),
      (try? String(contentsOfFile: "/proc/\(master)/comm", encoding: .utf8)) == "nginx\n",
      let worker = children.split(separator: " ").first,
      let status = try? String(contentsOfFile: "/proc/\(worker)/status", encoding: .utf8)
    else { return nil }
    func numbers(_ name: String) -> [UInt32] {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
      return line.split { $0 == " " || $0 == "\t" }.dropFirst().compactMap { UInt32($0) }
    }
    // Real, effective, saved, of the file system.
    guard let user = numbers("Uid").dropFirst().first, let group = numbers("Gid").dropFirst().first else { return nil }
    let name = getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user)
    return Identity(name: name, user: user, groups: Set(numbers("Groups") + [group]))
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
