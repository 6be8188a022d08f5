import Foundation
import JobsClient
import Testing

@Suite("The manual")
struct ManualTests {
  @Test("has every exit status of a client command, and no other")
  func statuses() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "deploy/man/orders.1"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "Of client commands:"))
    let end = try #require(page[start.upperBound...].firstRange(of: ".El"))
    let told = page[start.upperBound..<end.lowerBound].matches(of: /\.It ([0-9]+)\n/).compactMap { Int32($0.1) }
    // 74 is of what can't be printed, whatever was asked.
    #expect(told == (ClientExit.allCases.map(\.rawValue) + [74]).sorted())
  }
}
