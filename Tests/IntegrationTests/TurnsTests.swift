import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Measured by `Tests/Benchmarks/promises turns`; here the limits only catch a process that starves.
  @Suite("Turns")
  struct TurnsTests {
    @Test("four processes that write as fast as they can all get theirs")
    func fair() async throws {
      let folder = try TemporaryFolder()
      let load = try RunningService.built("StoreLoad")
      let figures = try await concurrently(4) { _ in
        let process = Process()
        process.executableURL = URL(filePath: load)
        process.arguments = [folder.path + "/turns.sqlite", "2"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Figures.self, from: text)
      }
      let commits = figures.map(\.commits)
      let (least, most) = (try #require(commits.min()), try #require(commits.max()))
      #expect(least * 20 >= most, "\(commits)")
      #expect(figures.allSatisfy { $0.longest < 5000 }, "\(figures.map(\.longest))")
      #expect(try integrity(of: folder.path + "/turns.sqlite") == "ok")
    }

    private struct Figures: Decodable {
      var commits: Int
      /// Milliseconds.
      var longest: Int
    }
  }
}
