import Jobs
import Kinds
import Logging

/// One attempt of a program: starts it, reads what it writes, holds it to its limits, and returns when nothing of it is left.
struct ProgramAttempt {
  let file: KindFile
  let host: ProgramHost
  let context: JobContext
  let interrupt: InterruptSignal

  func run(_ input: [UInt8]) async throws -> [UInt8] {
    let limits = EffectiveLimits(file)
    let (folder, inputs) = try beginning { () throws(SystemFault) in
      try host.folders.make(for: context, input: input, files: file.files)
    }
    defer { remove(folder) }
    if !file.files.isEmpty { try inputs.fill(with: try await context.inputFiles(), of: context) }
    try beginning { () throws(SystemFault) in try host.folders.handOver(folder) }
    let watch = try beginning { () throws(SystemFault) in
      try host.start(file, limits: limits, in: folder, for: context, until: interrupt)
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
    if let fault = watch.groupFault {
      host.logger.error("control group stays", metadata: ["job": "\(context.id)", "error": "\(fault)"])
    }
    if watch.badLines > 0 {
      host.logger.notice(
        "program wrote lines of progress that are none",
        metadata: ["job": "\(context.id)", "kind": "\(file.name)", "lines": "\(watch.badLines)"])
    }
    try watch.end.check(limits: limits)
    guard !file.result.files.isEmpty else { return try watch.end.jsonResult() }
    let output = try OutputFolder(of: folder, owner: host.surroundings.account.user)
    for declared in file.result.files { try output.take(declared, for: context) }
    return []
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
