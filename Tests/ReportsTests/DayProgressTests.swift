import Jobs
import StrictJSON
import Synchronization
import Testing

@testable import Reports

@Suite("The progress of a report")
struct DayProgressTests {
  /// The day in November 2026, from 1; 0 is the last of October.
  private func day(_ number: Int) -> Timestamp {
    Timestamp(milliseconds: ReportCountTests.begin + Int64(number - 1) * 86_400_000)
  }

  private func steps(
    of period: JSON = ReportCountTests.november, from begin: Int, until now: Int, reading moments: [Int]
  ) throws -> [String] {
    let told = Mutex<[String]>([])
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { progress in
      told.withLock { $0.append("\(progress.step ?? "none") \(progress.completed)/\(progress.total)") }
    }
    var progress = DayProgress(of: try Period(period), from: day(begin), until: day(now))
    for moment in moments { progress.read(until: day(moment), context) }
    return told.withLock { $0 }
  }

  @Test("counts the days from the first order to now, and never goes back")
  func days() throws {
    #expect(
      try steps(from: 4, until: 8, reading: [4, 6, 5, 8, 9]) == [
        "2026-11-04 0/5", "2026-11-06 2/5", "2026-11-06 2/5", "2026-11-08 4/5", "2026-11-08 4/5",
      ])
  }

  @Test("names days of the period alone, whatever orders there are before and behind it")
  func outside() throws {
    #expect(
      try steps(from: -90, until: 90, reading: [-90, 0, 1, 30, 31, 80]) == [
        "2026-11-01 0/30", "2026-11-01 0/30", "2026-11-01 0/30", "2026-11-30 29/30", "2026-11-30 29/30",
        "2026-11-30 29/30",
      ])
    let long = JSON.object([.init("from", .string("1990-01-01")), .init("to", .string("1991-01-01"))])
    #expect(try steps(of: long, from: 1, until: 90, reading: [1, 80]) == ["1990-12-31 0/1", "1990-12-31 0/1"])
    let ahead = JSON.object([.init("from", .string("2027-01-01")), .init("to", .string("2028-01-01"))])
    #expect(try steps(of: ahead, from: 1, until: 3, reading: [1, 3]) == ["2027-01-01 0/1", "2027-01-01 0/1"])
  }
}
