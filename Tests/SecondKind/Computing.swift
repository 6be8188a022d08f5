import Glibc
public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let computings = Kind(
    "computing", path: "computings", input: .text("seconds", upTo: 3),
    work: Computing())
}

/// Work that computes for as many seconds as its input says, and neither suspends nor looks at its cancellation: the
/// worst neighbour there is.
public struct Computing: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard case .string(let text)? = try JSONReader.read(input)["seconds"], let seconds = Int64(text) else {
      throw JobFailure(code: "no-number", detail: "The seconds are no number.")
    }
    let end = MonotonicTime.now.advanced(by: .seconds(seconds))
    var sum: UInt64 = 0
    while MonotonicTime.now < end {
      for number in 0..<100_000 as Range<UInt64> { sum = sum &* 31 &+ number }
    }
    return Array("{\"sum\":\(sum)}".utf8)
  }
}
