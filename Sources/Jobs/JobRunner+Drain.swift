import Logging

/// How a runner comes to its end.
extension JobRunner {
  var isDraining: Bool { drainBegin != nil }

  /// Whether work of a kind that a drain waits for runs here.
  var isAwaited: Bool { running.values.contains { $0.kind.runOnTime != nil } }

  /// Claims nothing more, and gives back without charge what runs: a sibling goes on with it. Works of some kinds run on
  /// first (``WorkPolicy/drain``). The first call counts.
  public nonisolated func drain() {
    Task.immediate { await self.giveBack() }
  }

  func giveBack() {
    guard !isDraining else { return }
    drainBegin = .now
    standing?.withdraw()
    // What has returned is not to be done again.
    takeEnds()
    var ends: [AttemptEnd] = []
    for job in running.values where !job.isOver && job.kind.runOnTime == nil {
      job.interrupt(at: .now)
      let end = JobEnd(tenure: job.tenure, outcome: .release, log: job.takeLog(), hasReturned: false)
      ends.append(AttemptEnd(end, of: job.kind))
    }
    write(ends)
    // So that siblings know it before this process ends. A renewal on its way may have left without that news.
    finishing += 1
    Task {
      while let renewal { await renewal.value }
      await renew()
      finishing -= 1
      tellWhenEmpty()
    }
  }

  /// Waits until every end is written. Work that doesn't listen runs on unheard: it is given back, and not waited for,
  /// unless its kind says so.
  func emptied() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        whenEmpty.append(waiter)
        tellWhenEmpty()
      }
    } onCancel: {
      Task {
        await endWhatRunsOn()
        try? await Task.sleep(for: configuration.farewell)
        await giveUp()
      }
    }
  }

  private func endWhatRunsOn() {
    for job in running.values where !job.isOver { job.interrupt(at: .now, givingBack: true) }
  }

  private func giveUp() {
    guard !whenEmpty.isEmpty else { return }
    logger.error("not given back: siblings take over, as from a process that died")
    resumeWhenEmpty()
  }

  func tellWhenEmpty() {
    if finishing == 0, !isClaiming, !isAwaited { resumeWhenEmpty() }
  }

  private func resumeWhenEmpty() {
    let waiters = whenEmpty
    whenEmpty = []
    for waiter in waiters { waiter.resume() }
  }
}
