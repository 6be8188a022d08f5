/// A rule of the protocol that can be switched off, to see that the exploration would notice.
enum Flaw: CaseIterable {
  case finishIgnoresEpoch
  case finishIgnoresStatus
  case claimTakesRunning
  case claimKeepsEpoch
  case claimDoesNotJoin
  case cancelKeepsEpoch
  case cancelAnswersFirst
  case reapKeepsEpoch
  case reapIgnoresLimit
  case reapChargesNothing
  case reapFailsAtOnce
  case reapIgnoresLapsed
  /// Takes over by time without having been able to write that long itself.
  case reapIgnoresSpan
  case releaseCharges
  case retryIgnoresCancel
  case errorChargesNothing
  /// Leaves without waiting for the claim and the ends on their way, and removes the member's row all the same.
  case exitWaitsForNothing
  /// Reads the tenures, suspends, and compares them with what it runs by then.
  case lookActsLate
  case claimIgnoresSlots
  /// Waits for what has recorded no process though its member's lease is over.
  case slotOutlivesLease
  /// Frees the slots with a process too when their member dies.
  case deathFreesSlots
  case recordIgnoresEpoch
  /// Takes a process for dead that may live.
  case unknownCountsAsDead
  case noneIsAlone
  /// Does not count work that runs on unheeded.
  case aloneBesideUnheeded
  /// Does not count an attempt whose end is on its way to the store.
  case aloneBesideUnwritten
  /// Fails a job as lost though others shared the process of its last attempt.
  case condemnsInCompany
}
