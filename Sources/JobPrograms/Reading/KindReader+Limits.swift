import Kinds

extension KindReader {
  /// SQLite's limit of a row is a billion bytes, with all that is in it beside the value.
  private static let longestValue = 900_000_000
  private static let terabyte = 1_000_000_000_000
  private static let keys = [
    "time", "memory", "processes", "output", "log", "grace", "jobs", "jobsInAll", "waiting", "waitingBytes", "body",
    "result",
  ]

  func limits() throws(Fault) -> (KindLimits, ProgramLimits) {
    guard let field = section["limits"] else { return (KindLimits(), ProgramLimits()) }
    let section = try Section(field, keys: Self.keys)
    let ofProgram = ProgramLimits(
      memory: try section.bytes("memory", in: 4_000_000...16 * Self.terabyte),
      processes: try section.whole("processes", in: 1...32_768),
      output: try section.bytes("output", in: 1...16 * Self.terabyte),
      log: try section.bytes("log", in: 1...64 << 20),
      grace: try section.duration("grace", in: .zero ... .seconds(600)))
    let ofKind = KindLimits(
      body: try section.bytes("body", in: 1...Self.longestValue),
      result: try section.bytes("result", in: 1...Self.longestValue),
      time: try section.duration("time", in: .milliseconds(100) ... .seconds(30 * 86_400)),
      jobs: try section.whole("jobs", in: 1...1000),
      jobsInAll: try section.whole("jobsInAll", in: 1...100_000),
      waiting: try section.whole("waiting", in: 1...10_000_000),
      waitingBytes: try section.bytes("waitingBytes", in: 1...Self.terabyte))
    return (ofKind, ofProgram)
  }
}
