/// One of the processes as it stands, and its own picture of the jobs it works on.
struct ModelProcess: Hashable {
  enum Life: Hashable {
    case up
    /// SIGSTOP: keeps its lock, does nothing, and its lease runs out.
    case paused
    case down
  }

  var life = Life.up
  var isDraining = false
  /// Its row is in the store.
  var isMember = true
  /// Its lease is over. Means something only while it holds jobs.
  var hasLapsed = false
  /// It has been able to write for a whole lease: `WritableSpan`.
  var coversLease = true
  /// What a look at the store found held, until it is acted upon. Only under ``Flaw/lookActsLate``.
  var sight: Set<Int>?
  var works: [Work] = []

  var isUp: Bool { life == .up }
  var hasSlots: Bool { works.contains { $0.slot != .none } }
  var isHearing: Bool { works.contains { $0.phase == .unheard } }
  var isWriting: Bool { works.contains { $0.phase.isEnd } }

  static let dead = ModelProcess(life: .down, isMember: false)
}

/// One attempt as a process sees it, from the commit of its claim until its end was written.
struct Work: Hashable {
  var job: Int
  var epoch: Epoch
  var phase: Phase
  /// What the attempt has in the store, and the process it has started. Only where attempts may not overlap.
  var slot = Slot.none

  enum Slot: Int {
    case none
    /// Nothing has begun.
    case held
    /// The process is on record, and waits to begin or has ended.
    case recorded
    case live

    var isRecorded: Bool { self == .recorded || self == .live }
  }

  enum Phase: Hashable {
    /// The claim is committed; the runner does not know yet.
    case unheard
    case running
    /// Interrupted or given up. It may run on unheard for as long as it likes, and still kill its process.
    case unheeded
    /// Ended, and the end is not yet written.
    case ended(End)

    var isEnd: Bool {
      if case .ended = self { true } else { false }
    }
  }

  /// How an attempt ends: `JobOutcome`, before the store decides between another attempt and failure.
  enum End: String {
    case success
    case error
    case timeout
    /// Planned shutdown: without charge.
    case release
  }
}
