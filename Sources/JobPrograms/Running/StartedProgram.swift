import CProcess
import Glibc
import Jobs

/// The processes of one attempt, from the first one of the start line to the last one of the program.
///
/// Used on one thread at a time.
final class StartedProgram {
  let output: Descriptor
  let errors: Descriptor
  let progress: Descriptor
  let status: Descriptor
  private let gate: Descriptor
  /// The process that this one started; 0 once its end was taken.
  private(set) var outer: pid_t
  /// Readable when it has ended.
  let outerEnd: Descriptor
  /// The first process of the program's pid namespace, with which all others end. Without a sandbox, the program.
  private(set) var inner: pid_t = 0
  private(set) var innerEnd: Descriptor?
  /// Of the outer process, as waitpid(2) has it.
  private(set) var waitStatus: Int32 = 0
  private(set) var hasBegun = false
  let hasSandbox: Bool
  /// In which all its processes are; `nil` where this process can't make control groups.
  let group: ProgramGroup?

  /// Starts it, with `input` as its standard input. It waits at the gate.
  init(_ start: ProgramStart, input: String, in group: ProgramGroup?) throws(SystemFault) {
    hasSandbox = start.file.sandbox == .required
    self.group = group
    let entrance = try group?.entrance()
    let input = try Descriptor.open(input, O_RDONLY)
    let output = try Descriptor.pipe()
    let errors = try Descriptor.pipe()
    let progress = try Descriptor.pipe()
    let gate = try Descriptor.pipe()
    let status = try Descriptor.pipe()
    outer = try ProgramStarter.shared.start(
      start.arguments, environment: start.outerEnvironment,
      descriptors: [
        input.number, output.writing.number, errors.writing.number, progress.writing.number, gate.reading.number,
        status.writing.number,
      ] + (entrance.map { [$0.number] } ?? []))
    // Nobody else takes its end, so that its number stays its own until this does.
    outerEnd = Descriptor(process_descriptor(outer))
    self.output = output.reading
    self.errors = errors.reading
    self.progress = progress.reading
    self.status = status.reading
    self.gate = gate.writing
    for pipe in [self.output, self.errors, self.progress, self.status] { pipe.setNonblocking() }
    if !hasSandbox { found(outer) }
  }

  deinit {
    // Only where something was thrown: nothing of it may go on.
    guard outer > 0 else { return }
    kill()
    var status: Int32 = 0
    while waitpid(outer, &status, 0) < 0, errno == EINTR {}
  }

  /// The first process of the pid namespace is `pid`.
  func found(_ pid: pid_t) {
    guard inner == 0 else { return }
    inner = pid
    let descriptor = process_descriptor(pid)
    if descriptor >= 0 { innerEnd = Descriptor(descriptor) }
  }

  /// What a sibling has to end before the next attempt; `nil` where the process is gone already.
  var record: WorkProcess? {
    guard inner > 0, let stand = ProcessTree.stand(of: inner) else { return nil }
    return WorkProcess(
      pid: inner, startTime: stand.startTime, group: outer, pidNamespace: ProcessTree.ownNamespace)
  }

  /// Lets the program begin.
  func begin() {
    guard !hasBegun, gate.isOpen else { return }
    hasBegun = true
    // Where nobody reads any more, the end of the outer process tells it.
    _ = "go\n".withCString { write(gate.number, $0, 3) }
    gate.close()
  }

  /// It is never to begin.
  func shut() {
    gate.close()
  }

  /// Asks every process of the program to end. The first one of a pid namespace ignores it.
  func terminate() {
    guard inner > 0 else { return kill() }
    for pid in ProcessTree.members(of: inner) where pid != inner || inner == outer { Glibc.kill(pid, SIGTERM) }
  }

  /// Ends all processes: the kernel ends those of a pid namespace with its first one.
  func kill() {
    if let innerEnd { process_signal(innerEnd.number, SIGKILL) }
    if outer > 0 { Glibc.kill(-outer, SIGKILL) }
    group?.kill()
  }

  /// Takes the outer process's end; call it when ``outerEnd`` is readable. Where there is no sandbox, what is left of its group
  /// ends with it: until its end is taken no other group has that number.
  func reap() {
    if outer > 0 { Glibc.kill(-outer, SIGKILL) }
    guard outer > 0, waitpid(outer, &waitStatus, WNOHANG) == outer else { return }
    outer = 0
  }

  /// The outer process's exit status, or 128 and its signal.
  var outerStatus: Int {
    let signal = Int(waitStatus & 0x7F)
    return signal == 0 ? Int(waitStatus >> 8 & 0xFF) : 128 + signal
  }
}
