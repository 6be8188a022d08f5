import Jobs

/// The events of one job: its status document whenever it changed, up to the final one.
struct JobEvents: EventSource {
  let store: any JobStore
  let id: JobID
  let noun: String
  /// The client has heard everything up to this change.
  var heard: Int64

  var title: String { "\(noun) \(id)" }

  mutating func write(to writer: inout EventWriter) async throws -> Bool {
    // Expired meanwhile: its final event was there to be had for as long as the job.
    guard let job = try await store.read(id, withInput: false) else { return true }
    if job.change > heard {
      writer.event(of: job, noun: noun, store: store.name)
      heard = job.change
    }
    return job.status.isDone
  }

  func pause(until deadline: MonotonicTime, _ waits: any JobWaiting) async {
    await waits.wait(for: id, past: heard, until: deadline)
  }
}

extension EventWriter {
  mutating func event(of job: Job, noun: String, store: String) {
    var document = JSONWriter(capacity: 384)
    document.status(of: job, noun: noun)
    event(EventID(store: store, change: job.change), data: document)
  }
}
