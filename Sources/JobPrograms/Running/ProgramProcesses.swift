import CProcess
import Glibc
public import Jobs

/// Ends programs that other processes have started, by what these recorded.
public struct ProgramProcesses: WorkProcessEnder {
  /// How long a process may take to end after SIGKILL: it may be in the middle of a write to a slow disk.
  private static let patience = Duration.seconds(2)
  private static let pause = Duration.milliseconds(2)

  private let host: ProgramHost

  /// `host` is the one of this process. It removes the folders of what was ended.
  public init(host: ProgramHost) {
    self.host = host
  }

  @concurrent
  public func end(_ process: WorkProcess) async -> ProcessEnd {
    let end = await Self.end(process)
    if end == .dead { host.folders.sweep() }
    return end
  }

  @concurrent
  static func end(_ process: WorkProcess) async -> ProcessEnd {
    if process.isOfEarlierBoot { return .dead }
    guard process.pidNamespace == ProcessTree.ownNamespace else {
      return .unknown("it was started in another pid namespace, where a process of that one has to end it")
    }
    // From here on the descriptor stands for one process, whatever becomes of its number.
    let descriptor = Descriptor(process_descriptor(process.pid))
    guard descriptor.isOpen else {
      return errno == ESRCH ? .dead : .unknown("\(SystemFault("pidfd_open"))")
    }
    guard let stand = ProcessTree.stand(of: process.pid) else {
      return hasEnded(descriptor) ? .dead : .unknown("/proc/\(process.pid) can't be read")
    }
    guard stand.startTime == process.startTime else { return .dead }
    // Without a sandbox it leads the group itself. A group whose leader has gone may be another's by now.
    if stand.parent == process.group || process.pid == process.group { kill(-process.group, SIGKILL) }
    process_signal(descriptor.number, SIGKILL)
    let deadline = ContinuousClock.now + patience
    while !hasEnded(descriptor) {
      guard ContinuousClock.now < deadline else { return .unknown("it has not ended \(patience) after SIGKILL") }
      try? await Task.sleep(for: pause)
    }
    return .dead
  }

  private static func hasEnded(_ descriptor: Descriptor) -> Bool {
    var source = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, 0) == 1
  }
}
