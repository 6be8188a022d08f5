import Glibc

/// A control group (cgroups, version 2) that is this process's own. It has a group for each attempt of a program, in which the
/// kernel limits memory and processes.
///
/// The kernel gives controllers only to groups below one that has no process in it, so this process enters one below too.
struct ControlGroup: Sendable {
  /// Below where cgroups are mounted.
  let path: String
  /// That it gives to the groups below it.
  var controllers = Self.needed

  /// Why there is none: a sentence that says what to enable.
  struct Missing: Error, Hashable, Sendable {
    let reason: String
  }

  static let needed = ["memory", "pids"]
  private static let ownLeaf = "worker"
  private static let unit = "Delegate=memory pids in a unit of its own gives it one"

  /// Takes over the group that this process was started in. Leaves it as it is where other processes are in it, where this
  /// one may not change it, or where it hasn't both controllers.
  static func takeOver() throws(Missing) -> ControlGroup {
    let (mounts, own) = (ProcessFile.read("/proc/self/mountinfo"), ProcessFile.read("/proc/self/cgroup"))
    guard let path = path(mounts: mounts ?? "", membership: own ?? "") else {
      throw Missing(reason: "cgroups of version 2 are not mounted: boot with systemd.unified_cgroup_hierarchy=1")
    }
    let group = ControlGroup(path: path)
    try group.check(for: getpid())
    do throws(SystemFault) {
      try group.divide()
    } catch {
      group.leaveAsItWas()
      throw Missing(reason: "its control group \(path) can't be divided (\(error)): \(unit)")
    }
    return group
  }

  /// The group that `/proc/self/cgroup` names, where `/proc/self/mountinfo` shows the tree; `nil` where it shows none.
  static func path(mounts: String, membership: String) -> String? {
    guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
    let own = line.dropFirst(3)
    for mount in mounts.split(separator: "\n") {
      let fields = mount.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 5, fields[dash...].dropFirst().first == "cgroup2" else {
        continue
      }
      // What is mounted may be a part of the tree.
      let (root, point) = (fields[3] == "/" ? "" : fields[3], fields[4])
      guard own == root || own.hasPrefix(root + "/") else { continue }
      let rest = own.dropFirst(root.count)
      return String(rest == "/" ? point : point + rest)
    }
    return nil
  }

  /// Throws what keeps `process` from dividing the group.
  func check(for process: pid_t) throws(Missing) {
    let there = Self.words(of: path + "/cgroup.controllers")
    let lacking = Self.needed.filter { !there.contains($0) }
    guard lacking.isEmpty else {
      throw Missing(
        reason: """
          its control group \(path) hasn't the controllers \(lacking.joined(separator: " and ")): \(Self.unit), on a kernel \
          that has them in cgroups of version 2 (systemd.unified_cgroup_hierarchy=1)
          """)
    }
    for name in ["", "/cgroup.procs", "/cgroup.subtree_control"] where access(path + name, W_OK) != 0 {
      throw Missing(reason: "its control group \(path) is not its own to change: \(Self.unit)")
    }
    guard Self.words(of: path + "/cgroup.procs") == ["\(process)"] else {
      throw Missing(reason: "other processes are in its control group \(path): \(Self.unit)")
    }
  }

  private func divide() throws(SystemFault) {
    let leaf = "\(path)/\(Self.ownLeaf)"
    guard mkdir(leaf, 0o755) == 0 || errno == EEXIST else { throw SystemFault("mkdir \(leaf)") }
    // 0 is the process that writes.
    try Self.write("0", to: leaf + "/cgroup.procs")
    try Self.write(controllers.map { "+" + $0 }.joined(separator: " "), to: path + "/cgroup.subtree_control")
    let trial = try ProgramGroup(in: self, named: "trial", memory: 1 << 30, processes: 1)
    try trial.remove()
  }

  private func leaveAsItWas() {
    // A group that gives controllers on can have no process itself.
    try? Self.write(controllers.map { "-" + $0 }.joined(separator: " "), to: path + "/cgroup.subtree_control")
    try? Self.write("0", to: path + "/cgroup.procs")
    rmdir("\(path)/\(Self.ownLeaf)")
  }

  /// Ends what is left in groups of a dead process, whose names begin with `prefix`, and removes them.
  func sweep(prefix: String) throws(SystemFault) {
    guard let folder = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY) else { return }
    var fault: SystemFault?
    for name in try FolderListing.entries(of: folder.number) where name.hasPrefix(prefix) {
      do throws(SystemFault) {
        try ProgramGroup(existing: "\(path)/\(name)").remove()
      } catch {
        fault = fault ?? error
      }
    }
    if let fault { throw fault }
  }

  static func words(of file: String) -> [String] {
    (ProcessFile.read(file) ?? "").split { $0 == " " || $0 == "\n" }.map(String.init)
  }

  /// To a file that is there.
  static func write(_ text: String, to file: String) throws(SystemFault) {
    let descriptor = try Descriptor.open(file, O_WRONLY)
    guard Glibc.write(descriptor.number, text, text.utf8.count) == text.utf8.count else {
      throw SystemFault("write \(file)")
    }
  }
}
