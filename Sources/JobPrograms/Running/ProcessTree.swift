import Glibc
import Jobs

/// A process and what descends from it, as `/proc` shows them: programs that became daemons are there too, because the first
/// process of a pid namespace is their parent.
enum ProcessTree {
  /// `root` and its descendants, parents first. Ends that come meanwhile are left out.
  static func members(of root: pid_t) -> [pid_t] {
    var members = [root]
    var next = 0
    while next < members.count, members.count < 100_000 {
      members += children(of: members[next])
      next += 1
    }
    return members
  }

  /// The resident bytes of all of them. What they share counts for each.
  static func residentBytes(of root: pid_t) -> Int {
    members(of: root).reduce(0) { $0 + residentBytes(ofOne: $1) }
  }

  /// Its parent, and its start time in clock ticks since boot, which with the pid names one process (fields 4 and 22 of
  /// `/proc/PID/stat`); `nil` where that can't be read.
  static func stand(of pid: pid_t) -> (parent: pid_t, startTime: UInt64)? {
    guard let stat = ProcessFile.read("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let parent = pid_t(fields[1]), let startTime = UInt64(fields[19]) else { return nil }
    return (parent, startTime)
  }

  /// The inode of the pid namespace in which this process sees others.
  static let ownNamespace: UInt64 = {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
  }()

  /// The processes of bubblewrap that were started for work in a folder below `path`: they name it among their arguments.
  static func sandboxes(in path: String) -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    return names(in: folder).compactMap { pid_t($0) }.filter { pid in
      // It may have closed what is read here, or have ended.
      guard let line = ProcessFile.read("/proc/\(pid)/cmdline"), line.hasPrefix(ProgramStart.sandboxTool + "\0") else {
        return false
      }
      return line.split(separator: "\0").contains { $0.hasPrefix(path + "/") }
    }
  }

  private static func children(of pid: pid_t) -> [pid_t] {
    threads(of: pid).flatMap { thread in
      ProcessFile.read("/proc/\(pid)/task/\(thread)/children")?.split(separator: " ").compactMap { pid_t($0) } ?? []
    }
  }

  private static func threads(of pid: pid_t) -> [pid_t] {
    guard let folder = opendir("/proc/\(pid)/task") else { return [] }
    defer { closedir(folder) }
    return names(in: folder).compactMap { pid_t($0) }
  }

  private static func residentBytes(ofOne pid: pid_t) -> Int {
    guard let statm = ProcessFile.read("/proc/\(pid)/statm") else { return 0 }
    let pages = statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

enum ProcessFile {
  /// The text of a small file of `/proc`; `nil` where it can't be read.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let piece = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, Glibc.read(descriptor, buffer.baseAddress, 4096))
      }
      if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece
    }
  }
}
