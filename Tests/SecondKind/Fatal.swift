import Glibc
public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let fatals = Kind(
    "fatal", path: "fatals", input: .text("kills", upTo: 3),
    work: Fatal())
}

/// Work that, where its input says so, kills its process each time it runs: the poison among the jobs. Else it takes a
/// moment.
public struct Fatal: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    if try JSONReader.read(input)["kills"] == .string("yes") { kill(getpid(), SIGKILL) }
    try await Task.sleep(for: .milliseconds(20))
    return Array(#"{"survived":true}"#.utf8)
  }
}
