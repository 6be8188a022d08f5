import Foundation
import Jobs
import JobsSQLite
import Synchronization

/// One process that writes to a store as fast as it can, for measuring whether several of them get their turns:
/// `StoreLoad PATH SECONDS`. Prints its figures as one line of JSON; `longest` is in milliseconds.
/// `StoreLoad PATH --past-orders COUNT` fills a store instead: see ``PastOrders``.
@main
struct StoreLoad {
  static func main() async throws {
    let arguments = CommandLine.arguments
    if arguments.count == 4, arguments[2] == "--past-orders", let count = Int(arguments[3]) {
      return try await PastOrders(count: count).write(to: arguments[1])
    }
    guard arguments.count == 3, let seconds = Double(arguments[2]) else { fatalError("usage: StoreLoad PATH SECONDS") }
    let store = try SQLiteJobStore.open(path: arguments[1])
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    let figures = await withTaskGroup(of: Figures.self) { group in
      for _ in 0..<32 {
        group.addTask {
          var figures = Figures()
          while ContinuousClock.now < end {
            let begin = ContinuousClock.now
            do {
              _ = try await store.submit(
                NewJob(kind: JobKind(rawValue: "load"), input: [1]), limits: QueueLimits(jobs: .max), at: .now)
              figures.writes += 1
            } catch {
              FileHandle.standardError.write(Data("\(error)\n".utf8))
            }
            figures.longest = max(figures.longest, .now - begin)
          }
          return figures
        }
      }
      var sum = Figures()
      for await one in group {
        sum.writes += one.writes
        sum.longest = max(sum.longest, one.longest)
      }
      return sum
    }
    let commits = store.commits
    await store.close()
    print("{\"writes\":\(figures.writes),\"commits\":\(commits),\"longest\":\(figures.longest.milliseconds)}")
  }
}

private struct Figures {
  var writes = 0
  var longest = Duration.zero
}
