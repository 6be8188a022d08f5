import Doctor
import Foundation
import Glibc

/// A worker of an nginx that runs, as the kernel knows it.
struct RunningWorker {
  let identity: Identity
  /// How many descriptors it may have.
  let descriptors: Int?

  /// `nil` where the master that the configuration's pid file names does not run.
  init?(of nginx: NginxConfiguration, in prefix: String?) {
    guard let file = nginx.processFile else { return nil }
    let path = file.hasPrefix("/") ? file : (prefix ?? "") + "/" + file
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let master = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      (try? String(contentsOfFile: "/proc/\(master)/comm", encoding: .utf8)) == "nginx\n",
      let worker = Fields(ofFile: "/proc/\(master)/task/\(master)/children")?.first,
      let status = Fields(ofFile: "/proc/\(worker)/status"),
      // Real, effective, saved, of the file system.
      let user = status.numbers(behind: "Uid:").dropFirst().first,
      let group = status.numbers(behind: "Gid:").dropFirst().first
    else { return nil }
    let groups = Set(status.numbers(behind: "Groups:") + [group])
    identity = Identity(
      name: getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user), user: user, groups: groups,
      groupNames: Machine.names(of: groups))
    // Soft, hard.
    descriptors = Fields(ofFile: "/proc/\(worker)/limits")?.numbers(behind: "Max open files").first.map(Int.init)
  }
}

/// A file of /proc: words in lines.
private struct Fields {
  private let lines: [Substring]

  init?(ofFile path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    lines = text.split(separator: "\n")
  }

  var first: Substring? { lines.first?.split(separator: " ").first }

  func numbers(behind name: String) -> [UInt32] {
    let line = lines.first { $0.hasPrefix(name) }?.dropFirst(name.count) ?? ""
    return line.split { $0 == " " || $0 == "\t" }.compactMap { UInt32($0) }
  }
}
