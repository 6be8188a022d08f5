/// What one attempt of a program may take, beside what `KindLimits` has. `nil` means: as the service says.
public struct ProgramLimits: Hashable, Sendable {
  /// Bytes of memory of all the attempt's processes together.
  public var memory: Int?
  /// Processes and threads at once.
  public var processes: Int?
  /// Bytes of all the files in the work folder together.
  public var output: Int?
  /// Bytes of the standard error that is kept; what is older is dropped.
  public var log: Int?
  /// From SIGTERM until SIGKILL.
  public var grace: Duration?

  public init(
    memory: Int? = nil, processes: Int? = nil, output: Int? = nil, log: Int? = nil, grace: Duration? = nil
  ) {
    self.memory = memory
    self.processes = processes
    self.output = output
    self.log = log
    self.grace = grace
  }
}
