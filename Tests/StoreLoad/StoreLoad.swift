import Foundation
import Jobs
import JobsSQLite
import Synchronization

/// One process that writes to a store as fast as it can, for measuring whether several of them get their turns:
/// `StoreLoad PATH SECONDS`. Prints its figures as one line of JSON; `longest` is in milliseconds.
///
/// `StoreLoad PATH --past-orders COUNT [FORM]` fills a store instead: see ``PastOrders``. `StoreLoad PATH --pages LIMIT BYTES` reads
/// the orders without an owner as a report does, in pages of so many orders and bytes: `longest` is a page's.
@main
struct StoreLoad {
  static func main() async throws {
    let arguments = CommandLine.arguments
    if (4...5).contains(arguments.count), arguments[2] == "--past-orders", let count = Int(arguments[3]),
      let form = PastOrders.Form(rawValue: arguments.count == 5 ? arguments[4] : "usual")
    {
      return try await PastOrders(count: count, form: form).write(to: arguments[1])
    }
    if arguments.count == 5, arguments[2] == "--pages", let limit = Int(arguments[3]), let bytes = Int(arguments[4]) {
      return try await readPages(of: arguments[1], limit: limit, bytes: bytes)
    }
    guard arguments.count == 3, let seconds = Double(arguments[2]) else {
      fatalError("usage: StoreLoad PATH SECONDS | --past-orders COUNT [FORM] | --pages LIMIT BYTES")
    }
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

  private static func readPages(of path: String, limit: Int, bytes: Int) async throws {
    let store = try SQLiteJobStore.open(path: path)
    var query = JobQuery(kind: JobKind(rawValue: "order"), limit: limit, inputBytes: bytes)
    var (orders, pages, longest, all) = (0, 0, Duration.zero, Duration.zero)
    while true {
      var page: [Job] = []
      let spent = try await ContinuousClock().measure { page = try await store.list(query) }
      (longest, all) = (max(longest, spent), all + spent)
      guard let last = page.last else { break }
      (orders, pages) = (orders + page.count, pages + 1)
      query.after = last.id
    }
    await store.close()
    let (most, sum) = (longest / .milliseconds(1), all / .milliseconds(1))
    print(#"{"orders":\#(orders),"pages":\#(pages),"longest":\#(most),"all":\#(sum)}"#)
  }
}

private struct Figures {
  var writes = 0
  var longest = Duration.zero
}
