import JobPrograms
import Jobs
import TestSupport
import Testing

@Suite("Programs: how they end") struct ProgramEndTests {
  @Test("Standard output is the result, input.json and standard input are the input, and nothing is left") func json()
    async throws
  {
    let fixture = try ProgramFixture("cat; cmp input.json /dev/stdin </job/input.json >&2; ls out")
    let attempt = try await fixture.run(#"{"a":1}"#)
    #expect(attempt.result == #"{"a":1}"#)
    #expect(attempt.error == nil)
    #expect(fixture.leftovers == [])
  }

  @Test("Lines of JSON on descriptor 3 are the progress") func progress() async throws {
    let fixture = try ProgramFixture(#"echo '{"step":"one","completed":1,"total":4}' >&3; echo '{}'"#)
    let attempt = try await fixture.run()
    #expect(attempt.result == "{}")
    #expect(attempt.progress == [.units(1, of: 4, step: "one")])
  }

  @Test(
    "Each other end has its failure",
    arguments: [
      ("exit 3", "program-failed"), ("true", "bad-result"), ("echo '{} {}'", "bad-result"),
      ("echo nonsense", "bad-result"),
      (#"echo '{"error":{"code":"bad-image","detail":"no"}}' >&3; exit 1"#, "bad-image"),
      ("exit 127", "program-failed"), ("exit 126", "program-failed"),
    ]) func failures(script: String, code: String) async throws
  {
    let fixture = try ProgramFixture(script)
    let attempt = try await fixture.run()
    #expect(attempt.failure?.code == code)
    #expect(fixture.leftovers == [])
  }

  @Test("Status 75 and a signal from outside are tried again", arguments: ["exit 75", "kill -9 $$", "kill -TERM $$"])
  func retries(script: String) async throws {
    let fixture = try ProgramFixture(script)
    let attempt = try await fixture.run()
    #expect(attempt.error is JobRetry)
  }

  @Test("A sandbox that can't be made has not begun the work") func notBegun() async throws {
    let fixture = try ProgramFixture("echo {}", more: "read: [/nowhere/at/all]\n")
    let attempt = try await fixture.run()
    #expect(attempt.error is WorkNotBegun, "\(String(describing: attempt.error))")
  }

  @Test("A program that uses too much memory is ended") func memory() async throws {
    let fixture = try ProgramFixture(
      "x = bytearray(300 << 20)\nimport time\ntime.sleep(100)", interpreter: "/usr/bin/python3",
      more: "limits: {memory: 100MB}\n")
    let attempt = try await fixture.run()
    #expect(attempt.failure?.code == "out-of-memory")
  }

  @Test(
    "A program that writes too much is ended",
    arguments: [
      "head -c 20000000 /dev/zero > out/a; sleep 0.01; echo {}",
      "head -c 6000000 /dev/zero > out/a; head -c 6000000 /dev/zero > out/b; exec sleep 100",
    ]) func output(script: String) async throws
  {
    let fixture = try ProgramFixture(script, more: "limits: {output: 10MB}\n")
    let attempt = try await fixture.run()
    #expect(attempt.failure?.code == "output-limit", "\(String(describing: attempt.error))")
    #expect(fixture.leftovers == [])
  }
}
