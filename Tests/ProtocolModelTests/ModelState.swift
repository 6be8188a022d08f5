import Jobs

/// All that counts of one instant: the store, the processes and a client.
struct ModelState: Hashable {
  /// The jobs that were submitted, in order of their ids.
  var rows: [Row] = []
  var processes: [ModelProcess]
  var request: CancelRequest?
  var budget: Budget
}

/// A row of the table `job`, and what only the model remembers of it.
struct Row: Hashable {
  var status = JobStatus.started
  /// Attempts begun that count.
  var attempt = 0
  /// Attempts that ended with the death, or the lapsed lease, of a process.
  var deaths = 0
  /// Deaths that did not count as an attempt, for others may have caused them. Not in the store.
  var spared = 0
  /// Attempts that ended by the work's own doing. Not in the store.
  var faults = 0
  var epoch: Epoch = .present
  var holder: Holder?
  var failure: Failure?
  /// Results ever stored. Not in the store.
  var results = 0
  /// Processes that were recorded for an attempt of a member that is gone, and whether each runs.
  var orphans: [Bool] = []
  /// Processes that run and are in no slot. Not in the store, and only flaws make them.
  var strays = 0
  /// Whether some client was told that the job is cancelled. Not in the store.
  var isPromised = false

  enum Failure: String {
    case ownError
    case timeout
    case workerLost
  }

  /// Whether the attempt that runs, or would be next, has a process to itself: others died under it, and it is the last.
  func isAlone(of attempts: Int) -> Bool {
    AttemptCount(attempt: status == .running ? attempt - 1 : attempt, attempts: attempts, deaths: deaths).isAlone
  }
}

/// Counts from the present epoch of the row, which ``ModelState/normal`` calls `present` again after every step.
/// An epoch that is over stays over, so that how long ago makes no difference, and the state space is finite.
typealias Epoch = Int

extension Epoch {
  static let over = 0
  static let present = 1
}

/// The column `member`. A member is one life of a process.
enum Holder: Hashable {
  case process(Int)
  /// A member whose lock is free and whose row is in the store. Which one makes no difference, only whether it held
  /// other jobs when it died.
  case dead(inCompany: Bool)
  /// A member without a row: nobody will ever look for it.
  case unknown
}

/// A cancel that was carried out by a process and not yet answered.
struct CancelRequest: Hashable {
  var job: Int
  var process: Int
}

/// How often what is nobody's duty may still happen.
struct Budget: Hashable {
  /// Deaths at any point, `kill -9`.
  var crashes = 0
  var cancels = 0
  /// Stopped processes, SIGSTOP.
  var pauses = 0
  /// Leases that run out under a process that lives and isn't stopped.
  var lapses = 0
  /// Planned shutdowns.
  var drains = 0
  /// Times in which nobody can write to the store for longer than a lease.
  var outages = 0
  /// Members that are taken for dead though they live, because somebody removed their files.
  var mistakes = 0

  /// The most deaths that this much can count for one job.
  var deaths: Int { crashes + pauses + lapses + mistakes }
}

extension ModelState {
  func holds(_ process: Int) -> Bool {
    rows.contains { $0.holder == .process(process) }
  }

  /// Whether anything depends on the lease of the process.
  func needsLease(_ process: Int) -> Bool {
    holds(process) || processes[process].hasSlots
  }

  /// Whether the member that holds the job holds others too, or did when it died.
  func isInCompany(_ job: Int) -> Bool {
    if case .dead(let inCompany) = rows[job].holder { return inCompany }
    return rows.count { $0.holder == rows[job].holder } > 1
  }

  /// Whether the work's tenure stands: what `renew` and `tenures` tell its process.
  func isStanding(_ work: Work) -> Bool {
    rows[work.job].status == .running && rows[work.job].epoch == work.epoch
  }
}
