import TestSupport
import Testing

@testable import Jobs

@Suite("What an attempt has reported, and nobody has written yet")
struct RunningJobTests {
  private let job: RunningJob
  private let half = JobProgress(step: "half", completed: 1, total: 2)

  init() {
    let claim = Claim(
      tenure: Tenure(id: JobID(rawValue: 3), epoch: 5), kind: Scripted.kind, input: [], attempt: 2, acceptedAt: .now)
    job = RunningJob(claim, of: RunningKind(Scripted { _, _ in "" }.work))
    job.report(half)
    job.keepLog(Array("half".utf8))
  }

  private func begin() -> JobReport { job.beginReport(after: .zero, at: .now) }

  @Test("is written once")
  func once() {
    let report = begin()
    #expect(report == JobReport(tenure: job.tenure, progress: half, log: Array("half".utf8)))
    job.endReport(isWritten: true)
    #expect(begin() == JobReport(tenure: job.tenure))
    #expect(job.takeNews() == nil)
    #expect(job.takeLog() == nil)
  }

  @Test("goes with the end of an attempt that ends while a renewal has it: the renewal may fail")
  func underWay() {
    _ = begin()
    #expect(job.takeNews() == half)
    #expect(job.takeLog() == Array("half".utf8))
    job.endReport(isWritten: false)
    #expect(job.takeNews() == nil)
    #expect(job.takeLog() == nil)
  }

  @Test("goes with the next renewal after one that failed, unless there is something newer")
  func failed() {
    _ = begin()
    job.keepLog(Array("whole".utf8))
    job.endReport(isWritten: false)
    #expect(begin() == JobReport(tenure: job.tenure, progress: half, log: Array("whole".utf8)))
  }

  @Test("is the newest one at the end")
  func newest() {
    _ = begin()
    job.keepLog(Array("whole".utf8))
    #expect(job.takeLog() == Array("whole".utf8))
    #expect(job.takeNews() == half)
  }

  @Test("is a log not twice within a pause")
  func pause() {
    _ = begin()
    job.endReport(isWritten: true)
    job.keepLog(Array("whole".utf8))
    #expect(job.beginReport(after: .seconds(600), at: .now).log == nil)
    #expect(job.takeLog() == Array("whole".utf8))
  }
}
