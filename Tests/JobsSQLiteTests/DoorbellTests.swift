import TestSupport
import Testing

@testable import JobsSQLite

@Suite("The doorbell")
struct DoorbellTests {
  let folder = try! TemporaryFolder()

  @Test("a ring is heard through the kernel's watch, and without one", arguments: [true, false])
  func heard(watches: Bool) async throws {
    let path = folder.path + "/bell"
    let listener = try Doorbell(path: path, watches: watches) { _ in }
    let ringer = try Doorbell(path: path) { _ in }
    let rings = listener.rings()
    try listener.listen(every: .seconds(5), safetyRing: .seconds(100)) {}
    let ringing = Task {
      while !Task.isCancelled {
        _ = ringer.ring()
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    for await _ in rings.prefix(3) {}
    ringing.cancel()
    listener.silence()
    for await _ in listener.rings() { Issue.record("a silenced bell rang") }
    #expect(fileSize(path) == 8)
  }
}
