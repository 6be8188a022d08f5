import Jobs

/// The events of one job: its status document whenever it changed, up to the final one.
struct JobEvents: EventSource {
  private let store: any JobStore
  private let id: JobID
  private let noun: String
  /// Not yet told.
  private var current: SharedChange?
  /// The client has heard everything up to this change.
  private var heard: Int64
  /// Everything up to this change is known here.
  private var mark: Int64

  /// `job` as it has just been read.
  init(_ job: Job, noun: String, store: any JobStore, after heard: Int64) {
    self.store = store
    self.noun = noun
    self.heard = heard
    id = job.id
    mark = job.change
    current = SharedChange(.job(job))
  }

  var title: String { "\(noun) \(id)" }

  mutating func write(
    to writer: inout EventWriter, until deadline: MonotonicTime, _ waits: any JobWaiting
  ) async throws -> Bool {
    if current == nil {
      switch await waits.wait(for: .job(id), past: mark, until: deadline) {
      case .changes(let changes, let through): (current, mark) = (changes.last, through)
      case .unknown(let through): try await read(through: through)
      case .nothing(let through):
        mark = through
        return false
      }
    }
    return tell(in: &writer)
  }

  // Apart from `write`, where a stream sleeps: see ``CollectionEvents``.

  /// Reads the job, as every change up to `through` left it.
  @inline(never)
  private mutating func read(through: Int64) async throws {
    let job = try await store.read(id, withInput: false)
    (current, mark) = (job.map { SharedChange(.job($0)) }, max(through, job?.change ?? 0))
  }

  /// True after the last event, and where there will be none: the job has expired, and its final event was there to be
  /// had for as long as the job.
  @inline(never)
  private mutating func tell(in writer: inout EventWriter) -> Bool {
    guard let change = current.take(), case .job(let job) = change.item else { return true }
    if job.change > heard {
      writer.event(of: change, noun: noun, store: store.name)
      heard = job.change
    }
    return job.status.isDone
  }
}
