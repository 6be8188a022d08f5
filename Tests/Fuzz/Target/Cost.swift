import CFuzzer
import Glibc
import Synchronization

/// What one request took: time of all processors, and memory beyond what was in use before it.
struct Cost: CustomStringConvertible {
  var nanoseconds: Int64 = 0
  var bytes = 0

  /// How much longer things take here than in a release build: AddressSanitizer looks at each access to memory, and
  /// libFuzzer counts each branch. Measured with the bodies in the corpus: 6 to 10 times.
  private static let slowdown: Int64 = 8
  /// The same of a short loop over bytes: up to 28 times.
  private static let loopSlowdown: Int64 = 40
  private static let megabyte = 1 << 20
  private static let mostOfRefusal = 64 << 10
  private static let mostOfStream = 128 << 10

  /// Of two steps of one request: their time, and the more of memory.
  static func + (one: Cost, other: Cost) -> Cost {
    Cost(nanoseconds: one.nanoseconds + other.nanoseconds, bytes: max(one.bytes, other.bytes))
  }

  /// Runs `work`. The time is the process's: the store's writer has a thread of its own.
  static func measure<Value>(_ work: () throws -> Value) rethrows -> (value: Value, cost: Cost) {
    let (begin, before) = (processorTime, Memory.begin())
    let value = try work()
    return (value, Cost(nanoseconds: processorTime - begin, bytes: Memory.peak - before))
  }

  /// The bounds are linear in the bytes of request and answer.
  func check(_ answer: Answer, requestBytes: Int) throws(Violation) {
    let answerBytes = answer.head.count + (answer.bytes?.count ?? 0)
    let size = requestBytes + answerBytes
    let most = Self.slowdown * (50_000_000 + 10_000_000 * Int64(size) / Int64(Self.megabyte))
    let what = "for \(requestBytes) bytes of request and \(answerBytes) of answer"
    try demand(nanoseconds <= most, "\(nanoseconds / 1_000_000) ms of CPU \(what), at most \(most / 1_000_000)")
    let mostBytes = Self.megabyte + 8 * size
    try demand(bytes <= mostBytes, "\(bytes) bytes of memory \(what), at most \(mostBytes)")
    try demand(answer.status < 400 || answerBytes <= Self.mostOfRefusal, "a refusal of \(answerBytes) bytes")
  }

  /// Of a body that is read as a stream: its time is linear in its bytes, its memory doesn't depend on them.
  func checkStream(of count: Int) throws(Violation) {
    let most = Self.loopSlowdown * (5_000_000 + 10_000_000 * Int64(count) / Int64(Self.megabyte))
    try demand(
      nanoseconds <= most, "\(nanoseconds / 1_000_000) ms of CPU for a body of \(count), at most \(most / 1_000_000)")
    try demand(bytes <= Self.mostOfStream, "\(bytes) bytes of memory for a body, at most \(Self.mostOfStream)")
  }

  var description: String { "\(nanoseconds / 1000) µs of CPU, \(bytes) bytes of memory" }

  private static var processorTime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Counts what malloc gave and free took back, on all threads.
enum Memory {
  private static let current = Atomic(0)
  private static let highest = Atomic(0)

  /// Once, before anything is measured.
  static func watch() {
    _ = (current.load(ordering: .relaxed), highest.load(ordering: .relaxed))
    __sanitizer_install_malloc_and_free_hooks(
      { _, size in
        let now = Memory.current.add(Int(size), ordering: .relaxed).newValue
        Memory.highest.max(now, ordering: .relaxed)
      },
      { pointer in
        guard let pointer else { return }
        Memory.current.subtract(Int(__sanitizer_get_allocated_size(pointer)), ordering: .relaxed)
      })
  }

  /// Forgets the peak, and returns what is in use.
  static func begin() -> Int {
    let now = current.load(ordering: .relaxed)
    highest.store(now, ordering: .relaxed)
    return now
  }

  static var peak: Int { highest.load(ordering: .relaxed) }
}
