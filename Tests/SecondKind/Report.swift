import Foundation
public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let digests = Kind(
    "report", path: "reports", input: .text("file", upTo: 4096), resultType: "text/plain; charset=utf-8",
    work: Report())
}

/// A second kind of job: reads a file, digests it block by block, and returns the digests and a dump as text.
public struct Report: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard case .string(let path)? = try JSONReader.read(input)["file"] else {
      throw JobFailure(code: "unreadable-report", detail: "The stored report can't be read.")
    }
    guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else {
      throw JobFailure(code: "no-such-file", detail: "There is no file \(path).")
    }
    try file.seek(toOffset: 0)
    var result: [UInt8] = []
    var done = 0
    while let block = try file.read(upToCount: 4096), !block.isEmpty {
      try Task.checkCancellation()
      let digest = block.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      result += Array("\(String(digest, radix: 16)) \(block.base64EncodedString())\n".utf8)
      done += block.count
      context.report("digest", completed: done, of: Int(size))
    }
    return result
  }
}
