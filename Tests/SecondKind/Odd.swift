public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let odds = Kind(
    "odd", path: "odds", input: .text("way", upTo: 100),
    work: Odd())
}

/// Work that ends, or reports, as no work should.
public struct Odd: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    switch try JSONReader.read(input)["way"] {
    case .string("large"): return [UInt8](repeating: 0x20, count: 64 << 20 | 1)
    case .string("blanks"): throw JobFailure(code: "no paper left", detail: "The printer is out of paper.")
    case .string("no code"): throw JobFailure(code: "", detail: "The printer is out of paper.")
    case .string("long"):
      context.report(String(repeating: "é", count: 5_000_000), completed: -1, of: -1)
      throw JobFailure(code: "long", detail: String(repeating: "é", count: 5_000_000))
    default: throw JobFailure(code: "unknown-way", detail: "There is no such way.")
    }
  }
}
