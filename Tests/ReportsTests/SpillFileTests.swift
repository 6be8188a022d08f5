import Foundation
import Jobs
import TestSupport
import Testing

@testable import Reports

@Suite("The file for tallies")
struct SpillFileTests {
  @Test("merges the runs of a list in the sequence of their values, has no name, and has no room without its folder")
  func merges() throws {
    let folder = try TemporaryFolder()
    let file = try SpillFile(folders: [folder.path + "/none", folder.path])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    func value(_ number: Int) -> [UInt8] {
      [UInt8(number >> 8), UInt8(number & 0xFF)] + Array(repeating: 7, count: 90)
    }
    // Each run takes several blocks.
    for step in [1, 2, 3] {
      let tallies = stride(from: 0, to: 6000, by: step).map { (value: value($0), tally: Tally(orders: step)) }
      try file.append(tallies, to: 1)
    }
    try file.append([(value: [9], tally: Tally(orders: 1))], to: 2)
    var numbers: [Int] = []
    try file.forEach(in: 1) { read, tally in
      let number = Int(read[0]) << 8 | Int(read[1])
      #expect(read == value(number))
      #expect(tally.orders == 1 + (number % 2 == 0 ? 2 : 0) + (number % 3 == 0 ? 3 : 0))
      numbers.append(number)
    }
    #expect(numbers == Array(0..<6000))
    let error = #expect(throws: WorkNotBegun.self) { try SpillFile(folders: ["/proc", folder.path + "/none"]) }
    #expect(error?.code == "files-unavailable")
    #expect(error?.detail.hasSuffix("/none: No such file or directory") == true)
  }
}
