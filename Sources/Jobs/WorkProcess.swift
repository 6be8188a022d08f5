/// A process that work started outside this one, named so that no other is mistaken for it: the one whose end ends all
/// that it started. Numbers of processes are used again, so its start time belongs to its name, and both mean something
/// only within one start of the machine and one pid namespace.
public struct WorkProcess: Hashable, Sendable {
  public let pid: Int32
  /// Field 22 of `/proc/PID/stat`, in clock ticks since the machine's start.
  public let startTime: UInt64
  /// The process group that is ended with it.
  public let group: Int32
  /// The machine's start: ``machineBoot`` there.
  public let boot: String
  /// The inode of the pid namespace in which the numbers hold.
  public let pidNamespace: UInt64

  public init(pid: Int32, startTime: UInt64, group: Int32, boot: String = machineBoot, pidNamespace: UInt64) {
    self.pid = pid
    self.startTime = startTime
    self.group = group
    self.boot = boot
    self.pidNamespace = pidNamespace
  }

  /// The machine was started since: it has ended.
  public var isOfEarlierBoot: Bool { boot != machineBoot }
}

/// The text that a store keeps: `PID START-TIME GROUP NAMESPACE BOOT`.
extension WorkProcess: LosslessStringConvertible {
  public var description: String { "\(pid) \(startTime) \(group) \(pidNamespace) \(boot)" }

  /// `nil` for any other text, and where pid or group is below 2: kill(2) takes such numbers for many processes.
  public init?(_ description: String) {
    let words = description.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 5, let pid = Int32(words[0]), let startTime = UInt64(words[1]), let group = Int32(words[2]),
      let namespace = UInt64(words[3]), pid > 1, group > 1
    else { return nil }
    self.init(pid: pid, startTime: startTime, group: group, boot: String(words[4]), pidNamespace: namespace)
  }
}
