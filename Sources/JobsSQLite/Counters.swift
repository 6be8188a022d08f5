/// The store-wide numbers, read at the beginning of a write transaction and written at its end: a transaction that rolls
/// back gives none, so that no number is skipped.
struct Counters: Equatable {
  var newestJob: Int64 = 0
  var newestMember: Int64 = 0
  var newestChange: Int64 = 0
  /// Jobs that wait.
  var queued: Int64 = 0
  /// Jobs that have reached a final status.
  var ended: Int64 = 0
  /// Bytes of the waiting jobs' inputs.
  var queuedBytes: Int64 = 0

  init(from columns: Columns) {
    newestJob = columns.integer(0)
    newestMember = columns.integer(1)
    newestChange = columns.integer(2)
    queued = columns.integer(3)
    ended = columns.integer(4)
    queuedBytes = columns.integer(5)
  }

  init() {}

  mutating func nextJob() -> Int64 {
    newestJob += 1
    return newestJob
  }

  mutating func nextMember() -> Int64 {
    newestMember += 1
    return newestMember
  }

  mutating func nextChange() -> Int64 {
    newestChange += 1
    return newestChange
  }
}
