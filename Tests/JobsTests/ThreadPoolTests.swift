import Foundation
import Synchronization
import Testing
import Threads

@testable import Jobs

@Suite("The threads for work")
struct ThreadPoolTests {
  @Test("are started once the system has room for them again; no work is lost, and the failure is reported once")
  func noRoom() async throws {
    let tries = Atomic<Int>(0)
    let told = Mutex<[String]>([])
    let executor = PoolExecutor(
      ThreadPool(name: "test", limit: 2) { name, body in
        guard tries.add(1, ordering: .relaxed).newValue > 3 else { throw ThreadNotStarted(name: name, number: EAGAIN) }
        try PlainThread.start(name, body)
      } onFailure: { error in
        told.withLock { $0.append("\(error)") }
      })
    // Each needs a thread of its own.
    let (one, other) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    await withTaskGroup { group in
      group.addTask(executorPreference: executor) { meet(one, other) }
      group.addTask(executorPreference: executor) { meet(other, one) }
    }
    #expect(tries.load(ordering: .relaxed) >= 4)
    #expect(told.withLock { $0 } == ["the thread test can't be started: Resource temporarily unavailable"])
  }

  @Test("have the name that operators know them by")
  func names() async throws {
    let executor = WorkExecutor(threads: 1) { _ in }
    let name = await Task(executorPreference: executor) {
      (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
    }.value
    #expect(name == "work\n")
  }
}

private func meet(_ mine: DispatchSemaphore, _ theirs: DispatchSemaphore) {
  theirs.signal()
  mine.wait()
}

private final class PoolExecutor: TaskExecutor {
  let pool: ThreadPool

  init(_ pool: ThreadPool) {
    self.pool = pool
  }

  func enqueue(_ job: consuming ExecutorJob) {
    pool.append(UnownedJob(job)) { $0.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
