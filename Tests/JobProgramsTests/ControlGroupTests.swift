import Foundation
import JobFiles
import Jobs
import Logging
import TestSupport
import Testing

@testable import JobPrograms

@Suite("Control groups") struct ControlGroupTests {
  private static let mounts = """
    25 30 0:23 / /sys rw,nosuid shared:7 - sysfs sysfs rw
    31 25 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate

    """

  @Test(
    "are found where the tree is mounted",
    arguments: [
      (mounts, "0::/system.slice/orders-worker@1.service\n", "/sys/fs/cgroup/system.slice/orders-worker@1.service"),
      (mounts, "4:memory:/a\n0::/\n", "/sys/fs/cgroup"),
      (mounts.replacing("0:27 /", with: "0:27 /part"), "0::/part/of\n", "/sys/fs/cgroup/of"),
      (mounts.replacing("0:27 /", with: "0:27 /part"), "0::/party\n", nil),
      (mounts.replacing("cgroup2", with: "cgroup"), "0::/a\n", nil), (mounts, "4:memory:/a\n", nil), ("", "", nil),
    ] as [(String, String, String?)]) func place(mounts: String, own: String, path: String?)
  {
    #expect(ControlGroup.path(mounts: mounts, membership: own) == path)
  }

  @Test("count what the kernel has ended for its memory") func events() {
    #expect(ProgramGroup.isOverLimit("low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 1\n"))
    #expect(!ProgramGroup.isOverLimit("low 0\noom 1\noom_kill 0\n"))
    // The limit of a group above, or the machine's.
    #expect(!ProgramGroup.isOverLimit("low 0\nmax 0\noom 0\noom_kill 3\n"))
    #expect(!ProgramGroup.isOverLimit(""))
  }

  /// Only what is read; what the kernel does with what is written no folder shows.
  @Test(
    "that can't be divided say what is in the way",
    arguments: [
      ("cpu memory pids\n", "17\n", nil), ("cpu\n", "17\n", "hasn't the controllers memory and pids"),
      ("memory\n", "17\n", "hasn't the controllers pids"), ("memory pids\n", "17\n18\n", "other processes"),
      ("memory pids\n", nil, "is not its own to change: Delegate=memory pids"),
    ] as [(String, String?, String?)]) func obstacles(controllers: String, processes: String?, reason: String?) throws
  {
    let folder = try TemporaryFolder()
    let files = ["cgroup.controllers": controllers, "cgroup.procs": processes, "cgroup.subtree_control": ""]
    for case (let name, let text?) in files {
      try text.write(toFile: folder.path + "/" + name, atomically: false, encoding: .utf8)
    }
    do throws(ControlGroup.Missing) {
      try ControlGroup(path: folder.path).check(for: 17)
      #expect(reason == nil)
    } catch {
      #expect(error.reason.contains(try #require(reason)), "\(error.reason)")
    }
  }

  /// Of kernels that have the controllers, and where this process's group gives them to those below it.
  @Suite("With limits", .enabled(if: Tree.limits, "this process can't make control groups that limit memory and pids"))
  struct LimitTests {
    private let tree: Tree

    init() throws {
      tree = try Tree(controllers: ControlGroup.needed)
    }

    @Test("end a program that takes more memory, at once and wholly", arguments: ["required", "none"])
    func memory(sandbox: String) async throws {
      let program = try ProgramFixture(
        "(sleep 1000 &); text=$(head -c 100000000 /dev/zero | tr '\\0' a); sleep 1000",
        more: "limits: {memory: 32MB}\nsandbox: \(sandbox)", group: tree.group)
      let failure = try #require(try await program.run().error as? JobFailure)
      #expect(failure.code == "out-of-memory")
      #expect(try tree.names == [])
      program.host.close()
    }

    @Test("let a program have no more processes") func processes() async throws {
      let program = try ProgramFixture(
        "i=0; while [ $i -lt 60 ]; do sleep 1000 & i=$((i + 1)); done; echo 1",
        more: "limits: {processes: 20}\nsandbox: none", group: tree.group)
      let attempt = try await program.run()
      #expect(attempt.result == nil, "sixty processes were allowed")
      #expect(String(decoding: attempt.log, as: UTF8.self).contains("ork"), "\(attempt.log)")
      #expect(try tree.names == [])
      program.host.close()
    }
  }

  /// What needs no controllers.
  @Suite("Of the kernel", .enabled(if: Tree.isWritable, "no tree of cgroups that this user may write to"))
  struct RealTests {
    private let tree: Tree

    init() throws {
      tree = try Tree()
    }

    @Test("have all processes of a program in them, and end with the last one, a daemon without a sandbox too")
    func daemons() async throws {
      let program = try ProgramFixture(
        "setsid sleep 1000 >&- 2>&- 3>&- & echo $! >&2; grep ^0: /proc/self/cgroup >&2; ls /proc/self/fd >&2; echo 1",
        more: "sandbox: none", group: tree.group)
      let attempt = try await program.run()
      #expect(attempt.result == "1", "\(String(describing: attempt.error))")
      let log = String(decoding: attempt.log, as: UTF8.self).split(separator: "\n")
      #expect(log.dropFirst().first?.contains(/\/orders-work-......\.7-3$/) == true, "\(log)")
      // The last one is of ls itself.
      #expect(log.dropFirst(2) == ["0", "1", "2", "3", "4"], "\(log)")
      let daemon = try #require(log.first.flatMap { pid_t($0) })
      try patiently("the daemon is gone") { kill(daemon, 0) != 0 }
      #expect(try tree.names == [])
    }

    @Test("hold a sandbox too") func sandbox() async throws {
      let program = try ProgramFixture("ls /proc/self/fd >&2; echo 1", group: tree.group)
      let attempt = try await program.run()
      #expect(attempt.result == "1", "\(String(describing: attempt.error))")
      #expect(String(decoding: attempt.log, as: UTF8.self) == "0\n1\n2\n3\n4\n")
      #expect(try tree.names == [])
      program.host.close()
    }

    @Test("of a process that has died are removed with what runs in them; those of the living stay") func sweep() throws
    {
      let parent = try TemporaryFolder()
      let dead = parent.path + "/orders-work-DDDDDD"
      try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: false)
      try tree.group.path.write(toFile: dead + "/cgroup", atomically: false, encoding: .utf8)
      let groups = ["orders-work-DDDDDD.1-1", "orders-work-DDDDDD.2-1", "orders-work-EEEEEE.1-1"]
      for name in groups {
        try FileManager.default.createDirectory(
          atPath: "\(tree.group.path)/\(name)", withIntermediateDirectories: false)
      }
      let left = Process()
      left.executableURL = URL(filePath: "/bin/sh")
      left.arguments = ["-c", "echo 0 >\(tree.group.path)/\(groups[0])/cgroup.procs; echo in; exec sleep 1000"]
      let said = Pipe()
      left.standardOutput = said
      try left.run()
      defer { left.terminate() }
      #expect(said.fileHandleForReading.availableData == Data("in\n".utf8))
      let next = try WorkFolders(
        in: parent.path, for: try Account(programUser: "nobody"), logger: Logger(label: "test"))
      left.waitUntilExit()
      #expect(left.terminationReason == .uncaughtSignal && left.terminationStatus == SIGKILL)
      #expect(try tree.names == [groups[2]])
      next.removeAll()
    }
  }

  /// A group in this machine's tree; removed with what is below it.
  final class Tree: Sendable {
    let group: ControlGroup

    init(controllers: [String] = []) throws {
      let name = "orders-test-\(UInt32.random(in: 0 ... .max))"
      group = ControlGroup(path: try #require(Self.own) + "/" + name, controllers: controllers)
      try FileManager.default.createDirectory(atPath: group.path, withIntermediateDirectories: false)
      let all = controllers.map { "+" + $0 }.joined(separator: " ")
      if !all.isEmpty { try ControlGroup.write(all, to: group.path + "/cgroup.subtree_control") }
    }

    deinit {
      for name in (try? names) ?? [] { rmdir("\(group.path)/\(name)") }
      rmdir(group.path)
    }

    var names: [String] {
      get throws {
        let keys: [URLResourceKey] = [.isDirectoryKey]
        return try FileManager.default.contentsOfDirectory(
          at: URL(filePath: group.path), includingPropertiesForKeys: keys
        ).filter { try $0.resourceValues(forKeys: Set(keys)).isDirectory == true }.map(\.lastPathComponent).sorted()
      }
    }

    static var isWritable: Bool { own.map { access($0, W_OK) == 0 } ?? false }

    static var limits: Bool {
      let given = ControlGroup.words(of: (own ?? "") + "/cgroup.subtree_control")
      return isWritable && ControlGroup.needed.allSatisfy(given.contains)
    }

    private static var own: String? {
      ControlGroup.path(
        mounts: ProcessFile.read("/proc/self/mountinfo") ?? "", membership: ProcessFile.read("/proc/self/cgroup") ?? "")
    }
  }
}
