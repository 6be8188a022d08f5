/// What may happen next. Each is atomic because the product has one transaction, one turn of an actor or one signal there.
enum Step: Hashable {
  case submit
  /// The same through a process whose claim stands, which takes the job in that transaction.
  case submitClaimed(Int)
  /// The transaction of `claim`; its answer comes with ``hear(_:)``.
  case claim(Int, job: Int)
  case hear(Int)
  /// The work returns or throws: a local event, written later.
  case end(Int, Work, Work.End)
  /// The runner gives an attempt up that takes too long; the work may run on.
  case giveUp(Int, Work)
  /// What runs on unheeded comes to its end.
  case fallSilent(Int, Work)
  /// The transaction of `finish`. Where it is not heard, the runner writes the same end again.
  case finish(Int, Work, isHeard: Bool)
  /// The transaction of `renew`: the lease starts anew, and what is over is interrupted.
  case renew(Int)
  /// After a ring: reads the tenures and interrupts what is not among them.
  case look(Int)
  /// The second half of a look that suspends. Only under ``Flaw/lookActsLate``.
  case actOnSight(Int)
  /// The transaction of `record`.
  case record(Int, Work)
  /// The process that was recorded begins.
  case begin(Int, Work)
  /// A process whose member is gone is ended, and its slot freed.
  case endOrphan(Int, job: Int, isLive: Bool)
  /// The same of a member that is there, and has lost job and lease.
  case endProcess(Int, of: Int, Work)
  case reap(Int)
  /// `reap` by a process that finds no file of a living member.
  case reapLiving(Int, of: Int)
  /// It has been able to write for a whole lease.
  case cover(Int)

  case cancel(Int, job: Int)
  case answer(Int)

  case crash(Int)
  /// The poison's work kills its process.
  case strike(Int)
  case restart(Int)
  case pause(Int)
  case resume(Int)
  case lapse(Int)
  case drain(Int)
  case exit(Int)
  case outage
}
