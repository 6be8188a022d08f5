import Jobs
import StrictJSON

extension EventWriter {
  /// The event of a change: a status document, or the id of what has expired. Its bytes are made once for all streams.
  mutating func event(of change: SharedChange, noun: String, store: String) {
    append(
      change.bytes { item in
        var writer = EventWriter()
        switch item {
        case .job(let job):
          var document = JSONWriter(capacity: 384)
          document.status(of: job, noun: noun)
          writer.event(EventID(store: store, change: job.change), data: document)
        case .expired(let stone):
          var document = JSONWriter(capacity: 32)
          document.raw(#"{"id":"#)
          document.integer(stone.id.rawValue)
          document.raw("}")
          writer.event(EventID(store: store, change: stone.change), type: "expired", data: document)
        }
        return writer.bytes
      })
  }

  /// Tells a client that came again that it gets the newest page of at most `limit`, not all that it has missed. Without an
  /// id: the client's place stays what it is.
  mutating func snapshot(limit: Int) {
    var document = JSONWriter(capacity: 32)
    document.raw(#"{"limit":"#)
    document.integer(Int64(limit))
    document.raw("}")
    event(type: "snapshot", data: document)
  }
}
