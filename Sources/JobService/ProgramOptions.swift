import ArgumentParser
import JobPrograms
import Jobs
import JobsHTTP
import Kinds
import Logging

/// The kinds of work whose work is a program, and how their programs run.
struct ProgramOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also serve the kinds of work that the *.yaml files in this folder declare; see orders kinds check.",
      valueName: "dir"), completion: .directory)
  var kinds: String?

  @Option(
    help: ArgumentHelp(
      "Where each running program has a folder of its own. (default: a new folder in /var/tmp)", valueName: "dir"),
    completion: .directory)
  var workFolder: String?

  @Option(
    help: ArgumentHelp("The user whom programs run as, where the service itself runs as root.", valueName: "name"))
  var programUser = "nobody"

  /// The kinds of the files, for a service that also has the kinds `others` and takes `drain` to end. A process that runs
  /// no jobs only accepts theirs, and needs nothing of the machine for it.
  func programs(
    beside others: [Kind], runsJobs: Bool, drain: Duration, logger: Logger
  ) throws -> Programs {
    guard let kinds else { return Programs(kinds: []) }
    let files = KindFiles.read(folder: kinds, beside: others)
    guard files.errors.isEmpty else { throw KindFileMistakes(errors: files.errors) }
    guard runsJobs, !files.kinds.isEmpty else {
      return Programs(kinds: files.kinds.map { $0.kind(work: WorkOfOtherProcesses()) })
    }
    let host = try ProgramHost(workFolder: workFolder, programUser: programUser, logger: logger)
    do throws(ProgramHostError) {
      for file in files.kinds { try host.check(file) }
    } catch {
      host.close()
      throw error
    }
    let programs = files.kinds.map { file in
      var kind = file.kind(work: ProgramWork(file, host: host))
      let grace = host.grace(of: file)
      kind.drain = .runOn(for: max(.zero, drain - grace))
      // After its grace it is killed.
      kind.patience = grace + .seconds(5)
      return kind
    }
    return Programs(kinds: programs, host: host, confinement: host.confinement(of: files.kinds))
  }
}

/// The kinds whose work is a program, and what their programs run in where this process runs any.
struct Programs {
  let kinds: [Kind]
  var host: ProgramHost?
  var confinement: ProgramConfinement?
}

/// The mistakes in all kind files: no responder starts with one of them.
struct KindFileMistakes: Error {
  let errors: [KindFileError]
}

extension KindFiles {
  /// The kinds of a folder's files, for a service that also has the kinds `others`.
  static func read(folder: String, beside others: [Kind]) -> KindFiles {
    read(folder: folder, besides: TakenWords(by: others, names: API.reservedNouns, paths: API.reservedPaths))
  }
}

/// The work of a kind in a process that runs no jobs.
struct WorkOfOtherProcesses: Workload {
  @concurrent
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    throw JobFailure(code: "not-run-here", detail: "The process that took the job runs none of its kind.")
  }
}
