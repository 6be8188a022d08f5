import Foundation
public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let programs = Kind(
    "program", path: "programs", input: .text("command", upTo: 1000), resultType: "text/plain; charset=utf-8",
    work: Program())
}

/// Work that a program does: starts it, says its process id as the step, and returns what it wrote. Ends it when the job
/// is cancelled.
public struct Program: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard case .string(let command)? = try JSONReader.read(input)["command"] else {
      throw JobFailure(code: "no-command", detail: "The stored command can't be read.")
    }
    let words = command.split(separator: " ").map(String.init)
    let program = Process()
    program.executableURL = URL(filePath: words[0])
    program.arguments = Array(words.dropFirst())
    let output = Pipe()
    program.standardOutput = output
    try program.run()
    context.report("\(program.processIdentifier)", completed: 0, of: 1)
    return try await withTaskCancellationHandler {
      Array(try output.fileHandleForReading.readToEnd() ?? Data())
    } onCancel: {
      program.terminate()
    }
  }
}
