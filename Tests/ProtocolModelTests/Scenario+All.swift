extension Scenario {
  static let all = [
    crashes, threeProcesses, twoJobs, pauses, mistakes, shutdowns, outage, poison, poisonCancelled, poisonAndShutdown,
    poisonPaused, poisonBesideErrors, poisonOnce, oneAttempt, oneAttemptMistaken,
  ]

  static let crashes = Scenario(
    name: "a job that errs, two processes that crash and are shut down", mayErr: true, mayTimeOut: true,
    budget: Budget(crashes: 2, cancels: 2, drains: 1), states: 25_000...40_000)
  static let threeProcesses = Scenario(
    name: "a job, three processes", processes: 3, budget: Budget(crashes: 2, cancels: 1, pauses: 1),
    states: 8500...10_000)
  static let twoJobs = Scenario(
    name: "two jobs, two processes that crash", jobs: 2, budget: Budget(crashes: 2, cancels: 1), states: 7000...9000)
  static let pauses = Scenario(
    name: "a job that errs, two processes that are stopped and hang", mayErr: true,
    budget: Budget(crashes: 1, cancels: 1, pauses: 1, lapses: 1), states: 18_000...40_000)
  static let mistakes = Scenario(
    name: "a job, two processes that are taken for dead", attempts: 3,
    budget: Budget(crashes: 1, pauses: 1, mistakes: 2), states: 11_000...13_000)
  static let shutdowns = Scenario(
    name: "two jobs, two processes that are shut down", jobs: 2, budget: Budget(drains: 3), states: 6500...8000)
  static let outage = Scenario(
    name: "two jobs, a full disk", jobs: 2, budget: Budget(drains: 1, outages: 1), states: 6000...7000)

  // MARK: - A job whose attempts may not overlap

  static let oneAttempt = Scenario(
    name: "one attempt at a time, two processes that crash and are stopped", mayTimeOut: true, oneAttemptAtATime: true,
    budget: Budget(crashes: 1, cancels: 1, pauses: 1), states: 33_000...40_000)
  static let oneAttemptMistaken = Scenario(
    name: "one attempt at a time, two processes that hang, are shut down and taken for dead", oneAttemptAtATime: true,
    budget: Budget(lapses: 1, drains: 1, mistakes: 1), states: 4800...5600)

  // MARK: - A job that kills its process, beside one that does not

  static let poison = Scenario(name: "a poison", jobs: 2, attempts: 3, poison: 0, states: 350...400)
  static let poisonCancelled = Scenario(
    name: "a poison, a client that cancels", jobs: 2, attempts: 3, poison: 0, budget: Budget(cancels: 1),
    states: 2900...3500)
  static let poisonAndShutdown = Scenario(
    name: "a poison, a process that is shut down", jobs: 2, attempts: 3, poison: 0, budget: Budget(drains: 1),
    states: 4800...5500)
  static let poisonPaused = Scenario(
    name: "a poison whose process is stopped", jobs: 2, attempts: 3, poison: 0, pausesPoisonOnly: true,
    budget: Budget(pauses: 1), states: 4900...5500)
  static let poisonBesideErrors = Scenario(
    name: "a poison beside a job that errs", jobs: 2, attempts: 3, poison: 0, mayErr: true, states: 2700...3200)
  static let poisonOnce = Scenario(
    name: "a poison, one attempt each", jobs: 2, attempts: 1, poison: 0, states: 110...140)
}
