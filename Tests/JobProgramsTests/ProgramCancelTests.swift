import Foundation
import JobPrograms
import Jobs
import TestSupport
import Testing

@Suite("Programs: how they are ended") struct ProgramCancelTests {
  private static let report = #"echo '{"completed":1,"total":2}' >&3"#

  @Test(
    "A cancelled program gets SIGTERM, then SIGKILL, and nothing of it is left",
    arguments: [
      "exec sleep MARK",
      "trap '' TERM; sleep MARK & sleep MARK; sleep MARK",
      "(setsid sh -c 'trap \"\" TERM; (setsid sleep MARK &); sleep MARK' &); REPORT; sleep MARK",
      "kill -STOP $$",
      "exec 0<&- 1>&- 2>&- 3>&-; sleep MARK",
      "exec python3 -c 'import os, time\nwhile True:\n  try: os.fork()\n  except OSError: time.sleep(0.01)' MARK",
    ]) func cancel(script: String) async throws
  {
    // A number of seconds that no other sleep has.
    let mark = "9\(UInt32.random(in: 100_000_000...999_999_999))"
    let text = "\(Self.report)\n" + script.replacing("MARK", with: mark).replacing("REPORT", with: Self.report)
    let fixture = try ProgramFixture(text, more: "limits: {grace: 200ms, processes: 40}\n")
    let attempt = try await fixture.runUntilReport()
    #expect(attempt.error is CancellationError, "\(String(describing: attempt.error))")
    #expect(Self.processes(with: mark) == [])
    #expect(fixture.leftovers == [])
  }

  @Test("A program that ends in its grace was asked once, and its handler ran") func grace() async throws {
    let fixture = try ProgramFixture(
      "trap 'echo \"{\\\"step\\\":\\\"bye\\\",\\\"completed\\\":2,\\\"total\\\":2}\" >&3; exit 0' TERM\n\(Self.report)\nwhile :; do sleep 0.01; done"
    )
    let attempt = try await fixture.runUntilReport()
    #expect(attempt.progress.last?.step == "bye")
    #expect(attempt.error is CancellationError)
  }

  @Test("Without a sandbox a program is no root either, and its group ends with it") func noSandbox() async throws {
    let mark = "9\(UInt32.random(in: 100_000_000...999_999_999))"
    let fixture = try ProgramFixture("sleep \(mark) & id -u; ls $HOME/input.json >&2", more: "sandbox: none\n")
    let attempt = try await fixture.run()
    #expect(attempt.result.flatMap { Int($0) } ?? 0 > 0, "\(String(describing: attempt.error))")
    try await eventually("the group has ended") { Self.processes(with: mark) == [] }
    let cancelled = try await ProgramFixture("\(Self.report)\nsleep \(mark) & sleep \(mark)", more: "sandbox: none\n")
      .runUntilReport()
    #expect(cancelled.error is CancellationError)
    try await eventually("the group has ended") { Self.processes(with: mark) == [] }
  }

  /// The processes of this machine with `mark` among their arguments.
  static func processes(with mark: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { name in
      guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        return false
      }
      return String(decoding: line, as: UTF8.self).contains(mark)
    }
  }
}
