public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  /// Of these three run at once in all processes.
  public static let pauses = Kind(
    "pause", path: "pauses", input: .text("milliseconds", upTo: 5), limits: KindLimits(jobsInAll: 3), work: Pausing())
}

/// Work that only takes its time.
public struct Pausing: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard case .string(let text)? = try JSONReader.read(input)["milliseconds"], let milliseconds = Int64(text) else {
      throw JobFailure(code: "no-number", detail: "The milliseconds are no number.")
    }
    context.report("pause", completed: 0, of: 1)
    try await Task.sleep(for: .milliseconds(milliseconds))
    return Array(#"{"paused":true}"#.utf8)
  }
}
