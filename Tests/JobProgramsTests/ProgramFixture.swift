import Foundation
import JobFiles
import Jobs
import Kinds
import Logging
import Synchronization
import TestSupport

@testable import JobPrograms

/// A kind with one script as its program, in a folder of its own that any user can read.
final class ProgramFixture: Sendable {
  let folder: TemporaryFolder
  let workFolder: TemporaryFolder
  /// The folder of the kind's file.
  let kinds: String
  let host: ProgramHost
  let file: KindFile

  /// `more` are lines of the kind's file. Its control groups are in `group`.
  init(_ script: String, interpreter: String = "/bin/sh", more: String = "", group: ControlGroup? = nil) throws {
    folder = try TemporaryFolder()
    workFolder = try TemporaryFolder()
    for path in [folder.path, workFolder.path] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    kinds = folder.path + "/kinds"
    try FileManager.default.createDirectory(atPath: kinds, withIntermediateDirectories: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: kinds)
    let program = kinds + "/program"
    try Data("#!\(interpreter)\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    host = try ProgramHost(
      workFolder: workFolder.path, programUser: "nobody",
      group: group.map { .success($0) } ?? .failure(ControlGroup.Missing(reason: "none is asked for")),
      logger: Logger(label: "test"))
    file = try KindFile(
      reading: "name: test\npath: tests\nprogram: [./program]\n\(more)", file: "test.yaml", folder: kinds)
  }

  /// One attempt, as the runner makes it. `report` hears of its progress.
  func run(
    _ input: String = "{}", files: [InputFile] = [], report: @escaping @Sendable (JobProgress) -> Void = { _ in }
  ) async throws -> Attempt {
    let seen = Mutex(Attempt())
    let context = JobContext(
      id: JobID(rawValue: 7), attempt: 1, epoch: 3, deadline: Timestamp(milliseconds: 1_800_000_000_250),
      files: file.result.files, in: FileFolder(path: results, token: "0"),
      inputFiles: files, logKeeper: { log in seen.withLock { $0.log = log } },
      recorder: { process in seen.withLock { $0.process = process } },
      reporter: { progress in
        seen.withLock { $0.progress.append(progress) }
        report(progress)
      })
    do {
      let bytes = try await Task(executorPreference: WorkThreads()) { [file, host] in
        try await ProgramWork(file, host: host).run(Array(input.utf8), in: context)
      }.cancelledWithThis()
      seen.withLock { $0.result = String(decoding: bytes, as: UTF8.self) }
    } catch {
      seen.withLock { $0.error = error }
    }
    return seen.withLock { $0 }
  }

  /// One attempt that is cancelled at its first report.
  func runUntilReport() async throws -> Attempt {
    let (reports, sender) = AsyncStream<JobProgress>.makeStream()
    let attempt = Task { try await run { sender.yield($0) } }
    for await _ in reports { break }
    attempt.cancel()
    return try await attempt.value
  }

  /// A file that comes with the job, on disk as the store has it.
  func sent(_ name: String, _ number: Int, _ bytes: [UInt8], called title: String? = nil) throws -> InputFile {
    let writer = try FileWriter(in: FileFolder(path: results, token: "0"))
    try bytes.withUnsafeBytes { try writer.write($0) }
    let sealed = try writer.seal()
    let file = JobFile(
      name: name, type: "image/png", size: sealed.size, digest: sealed.digest, stored: writer.stored)
    return InputFile(number: number, title: title, file: file)
  }

  /// Where the files of jobs are.
  var results: String { folder.path + "/results" }

  /// What is left of work folders in this process's.
  var leftovers: [String] {
    let work = workFolder.path
    let own = (try? FileManager.default.contentsOfDirectory(atPath: work)) ?? []
    return own.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(work)/\($0)")) ?? [] }
      .filter { $0 != "etc" && $0 != "kind" }
  }

  struct Attempt: Sendable {
    var result: String?
    var error: (any Error)?
    var progress: [JobProgress] = []
    var log: [UInt8] = []
    var process: WorkProcess?
    var failure: JobFailure? { error as? JobFailure }
  }
}

/// Runs each piece of work on a thread of its own, where it may block.
private final class WorkThreads: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }.start()
  }
}

extension Task where Failure == any Error {
  fileprivate func cancelledWithThis() async throws -> Success {
    try await withTaskCancellationHandler {
      try await value
    } onCancel: {
      cancel()
    }
  }
}
