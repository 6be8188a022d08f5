import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobPrograms

@Suite("Ending another process's program") struct ProgramProcessesTests {
  /// `sleep`, with what a responder would have recorded of it.
  private func sleeper() throws -> (process: Process, record: WorkProcess) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sleep")
    process.arguments = ["1000"]
    try process.run()
    let pid = process.processIdentifier
    let stand = try #require(ProcessTree.stand(of: pid))
    return (
      process, WorkProcess(pid: pid, startTime: stand.startTime, group: 2, pidNamespace: ProcessTree.ownNamespace)
    )
  }

  @Test("ends it, and says dead when it has ended, also the second time") func dead() async throws {
    let (process, record) = try sleeper()
    #expect(await ProgramProcesses.end(record) == .dead)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(await ProgramProcesses.end(record) == .dead)
  }

  @Test("leaves a process alone that only has the same number") func otherProcess() async throws {
    let (process, record) = try sleeper()
    // Its signals may be blocked, as they are in this thread.
    defer { kill(record.pid, SIGKILL) }
    let other = WorkProcess(
      pid: record.pid, startTime: record.startTime + 1, group: record.group, pidNamespace: record.pidNamespace)
    #expect(await ProgramProcesses.end(other) == .dead)
    let earlier = WorkProcess(
      pid: record.pid, startTime: record.startTime, group: record.group, boot: "another",
      pidNamespace: record.pidNamespace)
    #expect(await ProgramProcesses.end(earlier) == .dead)
    #expect(process.isRunning)
  }

  @Test("can't tell of another pid namespace, and does nothing there") func otherNamespace() async throws {
    let (process, record) = try sleeper()
    defer { kill(record.pid, SIGKILL) }
    let other = WorkProcess(
      pid: record.pid, startTime: record.startTime, group: record.group, pidNamespace: record.pidNamespace + 1)
    guard case .unknown = await ProgramProcesses.end(other) else {
      Issue.record("it may live")
      return
    }
    #expect(process.isRunning)
  }
}
