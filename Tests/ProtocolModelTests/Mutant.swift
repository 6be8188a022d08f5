/// A protocol that does without some of its rules, and a promise that this breaks.
struct Mutant: Sendable {
  var flaws: Set<Flaw>
  var broken: Invariant
  var scenario: Scenario

  init(_ flaws: Flaw..., breaks broken: Invariant, in scenario: Scenario) {
    self.flaws = Set(flaws)
    self.broken = broken
    self.scenario = scenario
  }

  /// Where two flaws stand together, either rule alone is enough to keep that promise.
  static let all = [
    Mutant(.finishIgnoresEpoch, breaks: .oneWriter, in: .pauses),
    Mutant(.claimKeepsEpoch, .reapKeepsEpoch, breaks: .oneWriter, in: .pauses),
    Mutant(.finishIgnoresStatus, .cancelKeepsEpoch, breaks: .finality, in: .crashes),
    Mutant(.finishIgnoresStatus, .finishIgnoresEpoch, breaks: .oneResult, in: .crashes),
    Mutant(.claimTakesRunning, breaks: .oneHolder, in: .crashes),
    Mutant(.claimKeepsEpoch, breaks: .risingEpochs, in: .crashes),
    Mutant(.claimDoesNotJoin, breaks: .knownHolder, in: .mistakes),
    Mutant(.cancelKeepsEpoch, breaks: .endedEpoch, in: .crashes),
    Mutant(.cancelAnswersFirst, breaks: .keptCancel, in: .crashes),
    Mutant(.reapKeepsEpoch, breaks: .endedEpoch, in: .pauses),
    Mutant(.reapIgnoresLimit, breaks: .limit, in: .crashes),
    Mutant(.reapIgnoresLapsed, breaks: .everyEnd, in: .pauses),
    Mutant(.reapIgnoresSpan, breaks: .realDeaths, in: .outage),
    Mutant(.reapChargesNothing, breaks: .everyEnd, in: .poison),
    Mutant(.reapFailsAtOnce, breaks: .lostToDeath, in: .crashes),
    Mutant(.reapFailsAtOnce, breaks: .innocentEnd, in: .poison),
    Mutant(.releaseCharges, breaks: .freeShutdown, in: .shutdowns),
    Mutant(.retryIgnoresCancel, breaks: .statusTable, in: .crashes),
    Mutant(.retryIgnoresCancel, breaks: .keptCancel, in: .crashes),
    Mutant(.errorChargesNothing, breaks: .charges, in: .crashes),
    Mutant(.exitWaitsForNothing, breaks: .knownHolder, in: .shutdowns),
    Mutant(.exitWaitsForNothing, breaks: .everyEnd, in: .shutdowns),
    Mutant(.lookActsLate, breaks: .holderWorks, in: .twoJobs),
    Mutant(.claimIgnoresSlots, breaks: .oneProgram, in: .oneAttempt),
    Mutant(.slotOutlivesLease, breaks: .everyEnd, in: .oneAttempt),
    Mutant(.deathFreesSlots, breaks: .oneProgram, in: .oneAttempt),
    Mutant(.recordIgnoresEpoch, breaks: .oneProgram, in: .oneAttempt),
    Mutant(.unknownCountsAsDead, breaks: .oneProgram, in: .oneAttempt),
    Mutant(.noneIsAlone, .condemnsInCompany, breaks: .onlyTheGuilty, in: .poison),
    Mutant(.aloneBesideUnheeded, breaks: .onlyTheGuilty, in: .poisonPaused),
    Mutant(.aloneBesideUnwritten, .condemnsInCompany, breaks: .onlyTheGuilty, in: .poison),
    Mutant(.condemnsInCompany, breaks: .onlyTheGuilty, in: .poisonBesideErrors),
    Mutant(.condemnsInCompany, breaks: .onlyTheGuilty, in: .poisonOnce),
  ]
}
