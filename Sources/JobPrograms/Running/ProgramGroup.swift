import Glibc

/// The control group of one attempt: all its processes are in it, also those that became daemons.
struct ProgramGroup: Sendable {
  let path: String

  /// How long processes may take to end after SIGKILL.
  private static let patience = Duration.seconds(2)
  /// What starts the program counts too: setpriv and what it becomes, bubblewrap, and the first process of the sandbox.
  private static let ownProcesses = 4

  /// Makes it, with limits of bytes and of processes and threads.
  init(in group: ControlGroup, named name: String, memory: Int, processes: Int) throws(SystemFault) {
    path = "\(group.path)/\(name)"
    guard mkdir(path, 0o755) == 0 else { throw SystemFault("mkdir \(path)") }
    do throws(SystemFault) {
      if group.controllers.contains("memory") {
        try ControlGroup.write("\(memory)", to: path + "/memory.max")
        // Programs don't outgrow their limit by swapping. The file is there where the kernel can swap.
        try? ControlGroup.write("0", to: path + "/memory.swap.max")
        // All processes end together.
        try ControlGroup.write("1", to: path + "/memory.oom.group")
      }
      if group.controllers.contains("pids") {
        try ControlGroup.write("\(processes + Self.ownProcesses)", to: path + "/pids.max")
      }
    } catch {
      rmdir(path)
      throw error
    }
  }

  init(existing path: String) {
    self.path = path
  }

  /// A process that writes `0` to it enters the group: the rights are those of who opened it.
  func entrance() throws(SystemFault) -> Descriptor {
    try Descriptor.open(path + "/cgroup.procs", O_WRONLY)
  }

  /// Whether the kernel has ended a process because the group was over its own limit of memory.
  var hasRunOutOfMemory: Bool { Self.isOverLimit(ProcessFile.read(path + "/memory.events") ?? "") }

  /// By the text of `memory.events`. `oom_kill` alone also counts what was ended for a limit above the group, or the machine's.
  static func isOverLimit(_ events: String) -> Bool {
    ["oom ", "oom_kill "].allSatisfy { word in
      let line = events.split(separator: "\n").first { $0.hasPrefix(word) }
      return line.flatMap { Int($0.dropFirst(word.count)) } ?? 0 > 0
    }
  }

  /// Ends every process in it.
  func kill() {
    // The file is there from Linux 5.14 on.
    try? ControlGroup.write("1", to: path + "/cgroup.kill")
  }

  /// Ends what is left in it, waits for its end, and removes it. Blocks.
  func remove() throws(SystemFault) {
    let deadline = ContinuousClock.now + Self.patience
    kill()
    while rmdir(path) != 0 {
      if errno == ENOENT { return }
      guard errno == EBUSY, ContinuousClock.now < deadline else { throw SystemFault("rmdir \(path)") }
      usleep(1000)
    }
  }
}
