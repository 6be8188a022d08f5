import Foundation

/// The calling thread's name, as the kernel knows it.
func threadName() -> String {
  let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
  return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
}

/// This process' threads.
enum Threads {
  private static var paths: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return names.map { "/proc/self/task/\($0)" }
  }

  static var count: Int { paths.count }

  /// Whether a thread of that name waits in the kernel.
  static func sleeps(named name: String) -> Bool {
    paths.contains { path in
      let status = try? String(contentsOfFile: path + "/stat", encoding: .utf8)
      return status?.contains(" (\(name)) S ") ?? false
    }
  }

  /// Blocks the calling thread, as work that computes would.
  static func hold(until semaphore: DispatchSemaphore) {
    semaphore.wait()
  }

  /// Processor time that threads of names beginning so have used, in seconds.
  static func processorTime(named prefix: String) -> Double {
    paths.reduce(0) { sum, path in
      guard let name = try? String(contentsOfFile: path + "/comm", encoding: .utf8), name.hasPrefix(prefix),
        let schedule = try? String(contentsOfFile: path + "/schedstat", encoding: .utf8),
        let nanoseconds = schedule.split(separator: " ").first.flatMap({ Double($0) })
      else { return sum }
      return sum + nanoseconds / 1e9
    }
  }

  /// The share of one processor that such threads use while `body` runs.
  static func processorShare(named prefix: String, _ body: () async throws -> Void) async throws -> Double {
    let (before, began) = (processorTime(named: prefix), ContinuousClock.now)
    try await body()
    return (processorTime(named: prefix) - before) / (began.duration(to: .now) / .seconds(1))
  }
}
