import Doctor
import Foundation
import Glibc

/// A worker of an nginx that runs, as the kernel knows it.
struct RunningWorker {
  let identity: Identity
  /// How many descriptors it may have.
  let descriptors: Int?

  /// Whether it has a mount namespace of its own.
  let isElsewhere: Bool

  /// `nil` where the master that the configuration's pid file names does not run.
  init?(of nginx: NginxConfiguration, in prefix: String?) {
    guard let file = nginx.processFile else { return nil }
    let path = file.hasPrefix("/") ? file : (prefix ?? "") + "/" + file
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let master = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      (try? String(contentsOfFile: "/proc/\(master)/comm", encoding: .utf8)) == "nginx\n",
      let worker = ProcessFile("/proc/\(master)/task/\(master)/children")?.first,
      let status = ProcessFile("/proc/\(worker)/status"),
      // Real, effective, saved, of the file system.
      let user = status.numbers(behind: "Uid:").dropFirst().first,
      let group = status.numbers(behind: "Gid:").dropFirst().first
    else { return nil }
    let groups = Set(status.numbers(behind: "Groups:") + [group])
    identity = Identity(
      name: getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user), user: user, groups: groups,
      groupNames: Machine.names(of: groups))
    let namespaces = [String(worker), "self"].map {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/mnt")
    }
    isElsewhere = namespaces[0] != namespaces[1]
    descriptors = ProcessFile("/proc/\(worker)/limits")?.descriptors.first
  }
}
