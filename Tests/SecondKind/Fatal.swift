import Glibc
public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let fatals = Kind(
    "fatal", path: "fatals", work: Fatal()
  ) { body throws(InvalidBody) in
    var shape = BodyShape(body, members: ["kills"])
    let kills = shape.string("kills", upTo: 3)
    try shape.check()
    return JSON.members(["kills": .string(kills)])
  }
}

/// Work that, where its input says so, kills its process each time it runs: the poison among the jobs. Else it takes a
/// moment.
public struct Fatal: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    if try JSON(members: input)["kills"] == .string("yes") { kill(getpid(), SIGKILL) }
    try await Task.sleep(for: .milliseconds(20))
    return Array(#"{"survived":true}"#.utf8)
  }
}
