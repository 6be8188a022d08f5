public import Jobs

/// A program as the work of a kind: each attempt is one run of it.
public struct ProgramWork: Workload {
  let file: KindFile
  let host: ProgramHost

  /// `host` is the one of this process.
  public init(_ file: KindFile, host: ProgramHost) {
    self.file = file
    self.host = host
  }

  /// Blocks the thread until nothing of the program is left.
  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    let interrupt: InterruptSignal
    do throws(SystemFault) {
      interrupt = try InterruptSignal()
    } catch {
      throw WorkNotBegun(sandbox: "\(error)")
    }
    return try await withTaskCancellationHandler {
      try await ProgramAttempt(file: file, host: host, context: context, interrupt: interrupt).run(input)
    } onCancel: {
      interrupt.raise()
    }
  }
}

extension WorkNotBegun {
  /// The sandbox or the program could not be started, and why.
  init(sandbox reason: String) {
    self.init(code: "sandbox-failed", detail: "The program could not be started: \(reason)")
  }
}
