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

  /// Processor time that threads of these names have used, in seconds.
  static func processorTime(named names: Set<String>) -> Double {
    paths.reduce(0) { sum, path in
      guard let name = try? String(contentsOfFile: path + "/comm", encoding: .utf8),
        names.contains(name.trimmingCharacters(in: .whitespacesAndNewlines)),
        let schedule = try? String(contentsOfFile: path + "/schedstat", encoding: .utf8),
        let nanoseconds = schedule.split(separator: " ").first.flatMap({ Double($0) })
      else { return sum }
      return sum + nanoseconds / 1e9
    }
  }
}
