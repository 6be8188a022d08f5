import Foundation
import Jobs
import JobsSQLite
import TestSupport
import Testing

@Suite("Programs that work starts", .serialized)
struct ProgramTests {
  @Test("inherit no blocked and no ignored signal, and are as nice as the work")
  func inherited() async throws {
    // As service managers and nohup(1) leave them.
    for ignored in [SIGPIPE, SIGUSR2] { signal(ignored, SIG_IGN) }
    let bench = try Bench()
    let id = try await bench.submit()
    let work = Scripted { _, _ in
      let (program, output) = (Process(), Pipe())
      program.executableURL = URL(filePath: "/bin/cat")
      program.arguments = ["/proc/self/status", "/proc/self/stat"]
      program.standardOutput = output
      try program.run()
      return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .complete) }
    let said = String(decoding: try #require(try await bench.store.result(of: id)), as: UTF8.self)
    let lines = said.split(separator: "\n")
    for name in ["SigBlk", "SigIgn"] {
      let value = lines.first { $0.hasPrefix(name) }?.split(separator: "\t").last
      // glibc's posix_spawn(3) itself ignores 32 and 33 in the child, which are its own.
      let signals = try #require(value.flatMap { UInt64($0, radix: 16) }) & ~0x1_8000_0000
      #expect(signals == 0, "\(name) \(String(signals, radix: 16))")
    }
    let stat = try #require(lines.last?.split(separator: ")").last).split(separator: " ")
    #expect(stat[16] == "19", "field 19 of proc_pid_stat(5), where the first two are cut off")
  }

  @Test("end when they are told to, as their job's cancellation wants")
  func terminated() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let work = Scripted { _, context in
      let program = Process()
      program.executableURL = URL(filePath: "/bin/sleep")
      program.arguments = ["600"]
      try program.run()
      context.report("\(program.processIdentifier)", completed: 0, of: 1)
      await withTaskCancellationHandler {
        while program.isRunning { try? await Task.sleep(for: .milliseconds(2)) }
      } onCancel: {
        program.terminate()
      }
      return "ended"
    }
    try await bench.whileWorking(work) {
      try await eventually("it runs") { try await bench.store.read(id)?.progress.step != nil }
      let pid = try #require(Int32(try await bench.store.read(id)?.progress.step ?? ""))
      #expect(kill(pid, 0) == 0)
      #expect(try await bench.store.cancel(id, at: .now) == .cancelled)
      try await eventually("it is gone") { kill(pid, 0) != 0 }
    }
  }
}
