/// How many there are of each, and what may go wrong: small enough to explore completely.
struct Scenario: Sendable {
  var name: String
  var processes = 2
  var jobs = 1
  /// The limit of attempts.
  var attempts = 2
  /// Jobs worked on at once in one process.
  var room = 2
  /// A job whose work always kills its process and never ends otherwise.
  var poison: Int?
  var mayErr = false
  var mayTimeOut = false
  /// Attempts of a job may not overlap, and each starts a process outside its own.
  var oneAttemptAtATime = false
  /// Only a process that works on nothing but the poison may be stopped.
  var pausesPoisonOnly = false
  var budget = Budget()
  /// Within which bounds its number of states lies: fewer mean that something is no longer explored, more that it will
  /// soon take too long (a debug build explores about 10,000 a second).
  var states = 1...Int.max

  /// Whether any lease can lapse; where none can, spans and lapses need no state.
  var leasesMatter: Bool { budget.pauses + budget.lapses + budget.outages > 0 }
}
