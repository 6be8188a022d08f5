import CProcess
import Foundation
import Glibc
import Threads

/// Starts programs from one thread that never ends: the kernel kills what has `--pdeathsig` when the *thread* that started
/// it ends, not when the process does.
final class ProgramStarter: Sendable {
  static let shared = ProgramStarter()

  private let condition = NSCondition()
  // Only touched under `condition`.
  nonisolated(unsafe) private var waiting: [() -> Void] = []
  nonisolated(unsafe) private var hasThread = false

  private init() {}

  private func startThread() throws(SystemFault) {
    condition.lock()
    defer { condition.unlock() }
    guard !hasThread else { return }
    do throws(ThreadNotStarted) {
      try PlainThread.start("programs") { [self] in
        while true { next()() }
      }
    } catch {
      throw SystemFault("start the thread for programs", errno: error.number)
    }
    hasThread = true
  }

  private func next() -> () -> Void {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty { condition.wait() }
    return waiting.removeFirst()
  }

  /// Starts a process with `descriptors` as its descriptors 0, 1, …, and no others. It leads a process group of its own, and
  /// blocks and ignores no signal. Blocks until it is there.
  func start(
    _ arguments: [String], environment: [String], descriptors: [Int32]
  ) throws(SystemFault) -> pid_t {
    let answer = Answer()
    try startThread()
    condition.lock()
    waiting.append { answer.set(Self.spawn(arguments, environment, descriptors)) }
    condition.signal()
    condition.unlock()
    return try answer.wait().get()
  }

  private final class Answer: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private var result: Result<pid_t, SystemFault>?

    func set(_ result: Result<pid_t, SystemFault>) {
      self.result = result
      semaphore.signal()
    }

    func wait() -> Result<pid_t, SystemFault> {
      semaphore.wait()
      return result ?? .failure(SystemFault("start", errno: ECHILD))
    }
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String], _ descriptors: [Int32]
  ) -> Result<pid_t, SystemFault> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, Int32(descriptors.count))

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var pid = pid_t()
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&pid, arguments[0]!, &actions, &attributes, arguments, environment)
      }
    }
    return code == 0 ? .success(pid) : .failure(SystemFault("start \(arguments[0])", errno: code))
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }
}
