public import Logging
public import ServiceLifecycle
import Synchronization

/// Tells the service manager that started this process (systemd, `Type=notify`) when it is ready and when it stops, and,
/// where that watches over it (`WatchdogSec=`), that it lives: as long as all its vital parts answer.
public final class Supervision: Service {
  /// The variables by which a manager says what it wants to hear, sd_notify(3) and sd_watchdog_enabled(3). They are for one
  /// process: whoever reads them removes them, or they reach the programs that its work starts.
  public static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

  private let socket: NotifySocket
  /// `nil` where nobody watches.
  private let beat: Duration?
  private let vitals: Mutex<[Vital]>
  private let logger: Logger

  /// `nil` where no manager listens. One that can't be reached is a warning in the log: the work is more important.
  public init?(environment: [String: String], pid: Int32, logger: Logger) {
    guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty else { return nil }
    do {
      socket = try NotifySocket(name)
    } catch {
      logger.warning("nobody is told of readiness", metadata: ["error": "\(error)"])
      return nil
    }
    beat = Self.beat(environment: environment, pid: pid)
    vitals = Mutex([])
    self.logger = logger
  }

  /// A quarter of the time after which a silent process is taken for stuck, so that one answer that came late leaves time
  /// for a sign of life; `nil` where nobody watches this one.
  static func beat(environment: [String: String], pid: Int32) -> Duration? {
    if let watched = environment["WATCHDOG_PID"], watched != String(pid) { return nil }
    guard let limit = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), limit > 3 else { return nil }
    return .microseconds(limit / 4)
  }

  /// Names the parts that must answer. Before ``run()``.
  public func watch(_ vitals: [Vital]) {
    self.vitals.withLock { $0 = vitals }
  }

  public func ready(_ status: String) {
    tell(["READY=1", "STATUS=" + status])
  }

  public func stopping(_ status: String) {
    tell(["STOPPING=1", "STATUS=" + status])
  }

  /// Until graceful shutdown. As the first of a group's services it lasts as long as any of them.
  public func run() async throws {
    guard let beat else { return try await gracefulShutdown() }
    await cancelWhenGracefulShutdown {
      await self.watch(every: beat)
    }
  }

  /// One sign of life for each beat in which everything answered. A part that doesn't is asked no second time: its answer
  /// counts whenever it comes.
  private func watch(every beat: Duration) async {
    let vitals = vitals.withLock { $0 }
    let awaited = Awaited()
    var wasWell = true
    while !Task.isCancelled {
      for vital in vitals where awaited.begin(vital.name) {
        // Not a child: nobody could wait for one that is stuck.
        Task {
          await vital.answer()
          awaited.end(vital.name)
        }
      }
      try? await Task.sleep(for: beat)
      if Task.isCancelled { return }
      let stuck = awaited.names
      if stuck.isEmpty {
        tell(wasWell ? ["WATCHDOG=1"] : ["WATCHDOG=1", "STATUS=answering again"])
      } else {
        logger.error("stuck", metadata: ["part": "\(stuck.joined(separator: ", "))"])
        tell(["STATUS=stuck: \(stuck.joined(separator: ", "))"])
      }
      wasWell = stuck.isEmpty
    }
  }

  private func tell(_ assignments: [String]) {
    do {
      try socket.tell(assignments)
    } catch {
      logger.warning("the service manager was not told", metadata: ["error": "\(error)", "what": "\(assignments)"])
    }
  }
}

/// The parts that were asked and have not answered.
private final class Awaited: Sendable {
  private let asked = Mutex<Set<String>>([])

  /// False for one that is asked already.
  func begin(_ name: String) -> Bool { asked.withLock { $0.insert(name).inserted } }

  func end(_ name: String) { asked.withLock { _ = $0.remove(name) } }

  var names: [String] { asked.withLock { $0.sorted() } }
}
