import Jobs
import Testing

@Suite("The state table")
struct JobStatusTests {
  @Test("says for every status and event what follows, or that nothing does")
  func table() {
    let rows: [(JobStatus, JobEvent, JobStatus)] = [
      (.started, .claim, .running), (.started, .cancel, .cancelled),
      (.running, .complete, .complete), (.running, .fail, .failed), (.running, .release, .started),
      (.running, .cancel, .cancelled),
    ]
    for status in JobStatus.allCases {
      for event in JobEvent.allCases {
        #expect(status.after(event) == rows.first { $0.0 == status && $0.1 == event }?.2, "\(status) \(event)")
      }
    }
  }

  @Test("has no way out of a final status")
  func final() {
    #expect(JobStatus.allCases.filter(\.isFinal) == [.complete, .failed, .cancelled])
  }

  @Test("gives the stores the statuses in which an event means something", arguments: JobEvent.allCases)
  func sources(event: JobEvent) {
    #expect(!event.sources.isEmpty)
    #expect(event.sources.allSatisfy { $0.after(event) != nil })
  }
}

@Suite("Progress")
struct JobProgressTests {
  @Test(
    "counts whole percents down to the last unit",
    arguments: [(0, 5, 0), (2, 5, 40), (1, 3, 33), (5, 5, 100), (7, 5, 100), (-1, 5, 0), (1, 0, 0)])
  func percent(completed: Int, total: Int, percent: Int) {
    #expect(JobProgress.units(completed, of: total, step: "x").percent == percent)
  }

  @Test("never falls, and says 100 only when the job is complete")
  func advances() {
    let far = JobProgress().advanced(to: .units(4, of: 5, step: "save"))
    #expect(far.percent == 80)
    let again = far.advanced(to: .units(1, of: 5, step: "products"))
    #expect(again == JobProgress(percent: 80, step: "products", completed: 1, total: 5))
    #expect(again.advanced(to: .units(5, of: 5, step: "save")).percent == 99)
  }
}
