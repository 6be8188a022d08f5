import Dispatch
import Glibc
import Jobs
import Logging

/// One attempt of a program: starts it, reads what it writes, holds it to its limits, and returns when nothing of it is left.
struct ProgramAttempt {
  let file: KindFile
  let host: ProgramHost
  let context: JobContext
  let interrupt: InterruptSignal

  func run(_ input: [UInt8]) async throws -> [UInt8] {
    let limits = EffectiveLimits(file)
    let folder = try beginning { () throws(SystemFault) in try host.folders.make(for: context, input: input) }
    defer { remove(folder) }
    let watch = try awaitTurn { () throws(WorkNotBegun) in
      let program = try beginning { () throws(SystemFault) in
        try StartedProgram(startLine(folder, limits), input: folder + "/input.json")
      }
      let watch = ProgramWatch(
        program, hasSandbox: file.sandbox == .required, limits: limits, folder: folder, context: context,
        interrupt: interrupt)
      watch.waitForChild()
      return watch
    }
    // Only what is on record begins: whoever takes the job over ends it first.
    if let process = watch.program.record {
      do {
        try await context.record(process)
        watch.program.begin()
      } catch {
        watch.program.shut()
        watch.program.kill()
        watch.finish()
        throw error
      }
    } else {
      watch.program.shut()
    }
    watch.finish()
    if watch.badLines > 0 {
      host.logger.notice(
        "program wrote lines of progress that are none",
        metadata: ["job": "\(context.id)", "kind": "\(file.name)", "lines": "\(watch.badLines)"])
    }
    return try watch.end.result(limits: limits)
  }

  private func startLine(_ folder: String, _ limits: EffectiveLimits) -> ProgramStart {
    ProgramStart(
      file: file, limits: limits, folder: folder, host: host.surroundings, starter: getpid(),
      job: ProgramJob(context, kind: file.name))
  }

  /// Starts are few at a time.
  private func awaitTurn<Result>(_ start: () throws(WorkNotBegun) -> Result) throws(WorkNotBegun) -> Result {
    host.starts.wait()
    defer { host.starts.signal() }
    return try start()
  }

  private func beginning<Result>(_ step: () throws(SystemFault) -> Result) throws(WorkNotBegun) -> Result {
    do throws(SystemFault) {
      return try step()
    } catch {
      throw WorkNotBegun(sandbox: "\(error)")
    }
  }

  private func remove(_ folder: String) {
    do throws(SystemFault) {
      try FolderRemoval.remove(folder)
    } catch {
      host.logger.error("work folder stays", metadata: ["folder": "\(folder)", "error": "\(error)"])
    }
  }
}
