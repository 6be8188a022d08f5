import Foundation
import Glibc
public import Jobs
public import Logging

/// What programs of one process share: as whom they run, and where. Make one for each process, before its runner.
public final class ProgramHost: Sendable {
  let surroundings: ProgramSurroundings
  let folders: WorkFolders
  let logger: Logger
  /// Where programs have control groups; otherwise their memory is looked at.
  private let group: Result<ControlGroup, ControlGroup.Missing>
  /// Starts at once: each of them is a burst of work for the kernel, and a hundred would make requests wait.
  private let starts = DispatchSemaphore(value: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Where no `--work-folder` is given.
  public static let defaultWorkFolder = "/var/tmp"

  /// Makes the folder of this process in `workFolder`, and takes over its control group where it may. `programUser` counts
  /// only where this process is root.
  public convenience init(workFolder: String?, programUser: String, logger: Logger) throws(ProgramHostError) {
    try self.init(
      workFolder: workFolder, programUser: programUser,
      group: Result { () throws(ControlGroup.Missing) in try ControlGroup.takeOver() }, logger: logger)
  }

  init(
    workFolder: String?, programUser: String, group: Result<ControlGroup, ControlGroup.Missing>, logger: Logger
  ) throws(ProgramHostError) {
    let account = try Account(programUser: programUser)
    folders = try WorkFolders(in: workFolder ?? Self.defaultWorkFolder, for: account, logger: logger)
    surroundings = ProgramSurroundings(account: account, folder: folders.path)
    self.group = group
    self.logger = logger
    do throws(SystemFault) {
      try surroundings.prepare()
      if case .success(let group) = group { try folders.record(group) }
    } catch {
      folders.removeAll()
      throw ProgramHostError("--work-folder: \(error)")
    }
  }

  /// Starts a kind's program, or `command` in its place, in the folder of an attempt. Returns when it waits at its gate, or
  /// won't ever begin. Blocks.
  func start(
    _ file: KindFile, command: [String]? = nil, limits: EffectiveLimits, in folder: String, for context: JobContext,
    until interrupt: InterruptSignal
  ) throws(SystemFault) -> ProgramWatch {
    starts.wait()
    defer { starts.signal() }
    let group = try makeGroup(for: context, limits: limits)
    let start = ProgramStart(
      file: file, command: command, limits: limits, folder: folder, host: surroundings, starter: getpid(),
      entersGroup: group != nil, job: ProgramJob(context, kind: file.name))
    let program: StartedProgram
    do throws(SystemFault) {
      program = try StartedProgram(start, input: folder + "/input.json", in: group)
    } catch {
      try? group?.remove()
      throw error
    }
    let watch = ProgramWatch(
      program, of: file, limits: limits, folder: folder, context: context, interrupt: interrupt)
    watch.waitForChild()
    return watch
  }

  private func makeGroup(for context: JobContext, limits: EffectiveLimits) throws(SystemFault) -> ProgramGroup? {
    guard case .success(let group) = group else { return nil }
    return try ProgramGroup(
      in: group, named: "\(folders.groupPrefix)\(context.id)-\(context.epoch)", memory: limits.memory,
      processes: limits.processes)
  }

  /// As whom programs of the kinds in `files` run here, and what confines them.
  public func confinement(of files: [KindFile]) -> ProgramConfinement {
    let open = files.filter { $0.sandbox == .none }.map { JobKind(rawValue: $0.name) }
    let limits: ProgramConfinement.Limits =
      switch group {
      case .success: .cgroups
      case .failure(let missing): .watching(missing: missing.reason)
      }
    return ProgramConfinement(
      user: surroundings.account.name, sandbox: open.count < files.count ? "bubblewrap" : nil, withoutSandbox: open,
      limits: limits)
  }

  /// Starts the sandbox of a kind once, with a program that does nothing in the place of its own; throws what is in the way.
  /// Blocks for some milliseconds.
  public func check(_ file: KindFile) throws(ProgramHostError) {
    func fault(_ text: String) -> ProgramHostError { ProgramHostError("\(file.file): \(text)") }
    for (tool, package) in ProgramStart.tools where access(tool, X_OK) != 0 {
      throw fault("its program needs \(tool): apt-get install \(package)")
    }
    if let text = surroundings.fault(with: file) { throw fault("its program can't run: \(text)") }
    let trial = ProgramTrial(file: file, host: self)
    guard let complaint = trial.complaint() else { return }
    throw fault("its program can't run: \(complaint)")
  }

  /// How long a program has to end when it is told to.
  public func grace(of file: KindFile) -> Duration { EffectiveLimits(file).grace }

  /// Removes the folder of this process. What still runs loses its own.
  public func close() {
    folders.removeAll()
  }
}
