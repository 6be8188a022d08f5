import Foundation
import JobFiles
import JobPrograms
import Jobs
import Kinds
import TestSupport
import Testing

@Suite("Files that come with a program's job")
struct InputFileTests {
  private static let declared = "files: {photos: {min: 0, max: 20}, document: {min: 0}}\n"

  private func run(
    _ script: String, more: String = "", _ files: (ProgramFixture) throws -> [InputFile] = { _ in [] }
  ) async throws -> (attempt: ProgramFixture.Attempt, fixture: ProgramFixture) {
    let fixture = try ProgramFixture(script, more: Self.declared + more)
    let attempt = try await fixture.run(files: try files(fixture))
    #expect(fixture.leftovers == [])
    return (attempt, fixture)
  }

  /// Each line that the script prints, out of its JSON result.
  private func lines(_ attempt: ProgramFixture.Attempt) throws -> [String] {
    let result = try #require(attempt.result, "\(attempt)")
    return try JSONDecoder().decode([String].self, from: Data(result.utf8))
  }

  /// Prints a JSON list of the lines of a command's output.
  private static func list(_ command: String) -> String {
    "cd /job; { \(command); } 2>&1 | awk 'BEGIN { printf \"[\" } { printf \"%s\\\"%s\\\"\", (NR > 1 ? \",\" : \"\"), $0 } END { print \"]\" }'"
  }

  @Test("lie in a folder for each name under their numbers, whatever the client calls them")
  func places() async throws {
    let (attempt, _) = try await run(Self.list("find in -type f | sort; find in -type d | sort")) { fixture in
      try [
        fixture.sent("photos", 0, [1], called: "../../etc/passwd"), fixture.sent("photos", 1, [2], called: nil),
        fixture.sent("photos", 10, [3], called: "a\r\nb"), fixture.sent("document", 0, [4], called: ""),
      ]
    }
    #expect(
      try lines(attempt) == [
        "in/document/0", "in/photos/0", "in/photos/1", "in/photos/10", "in", "in/document", "in/photos",
      ])
  }

  @Test("have all their bytes, whatever they are", arguments: [0, 1, 5_000_000])
  func bytes(count: Int) async throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    let (attempt, fixture) = try await run(Self.list("sha256sum <in/photos/0 | cut -d ' ' -f 1")) {
      [try $0.sent("photos", 0, bytes)]
    }
    let writer = try FileWriter(in: FileFolder(path: fixture.results, token: "1"))
    try bytes.withUnsafeBytes { try writer.write($0) }
    #expect(try lines(attempt) == [try writer.seal().digest])
  }

  @Test("can be read and not be changed, replaced, removed or joined by others")
  func readOnly() async throws {
    let script = Self.list(
      """
      cat in/photos/0; echo
      for try in 'echo x >in/photos/0' 'echo x >>in/photos/0' 'rm -f in/photos/0' 'mv in/photos/0 in/photos/1' \
        'echo x >in/photos/9' 'mkdir in/other' 'chmod u+w in/photos/0 && echo x >in/photos/0' 'mv in out/in' \
        'ln in/photos/0 out/0' 'rm -rf in'
      do sh -c "$try" 2>/dev/null && echo "could: $try"; done; cat in/photos/0; echo
      """)
    let (attempt, fixture) = try await run(script) { [try $0.sent("photos", 0, Array("as sent".utf8))] }
    #expect(try lines(attempt) == ["as sent", "as sent"])
    let stored = try #require(StoredFiles(path: fixture.results).names.first)
    #expect(FileManager.default.contents(atPath: fixture.results + "/" + stored) == Data("as sent".utf8))
  }

  @Test("come as they were to each attempt")
  func eachAttempt() async throws {
    let fixture = try ProgramFixture(Self.list("cat in/photos/0"), more: Self.declared)
    let file = try fixture.sent("photos", 0, Array("as sent".utf8))
    for _ in 1...2 { #expect(try lines(try await fixture.run(files: [file])) == ["as sent"]) }
  }

  @Test("are no part of the output that the program's limit counts")
  func output() async throws {
    let limits = "limits: {output: 1MB}\n"
    let bytes = [UInt8](repeating: 1, count: 3_000_000)
    let (attempt, _) = try await run("echo 1", more: limits) { fixture in
      try (0..<3).map { try fixture.sent("photos", $0, bytes) }
    }
    #expect(attempt.result == "1", "\(attempt)")
    // What it writes beside them still is.
    let script = "for name in a b; do head -c 900000 /dev/zero >out/$name; done; echo 1"
    let fixture = try ProgramFixture(script, more: Self.declared + limits)
    let over = try await fixture.run(files: [try fixture.sent("photos", 0, bytes)])
    #expect(over.failure?.code == "output-limit", "\(over)")
  }

  @Test("that are not sent leave their folders empty, and a kind without files has no folder for any")
  func none() async throws {
    #expect(try lines(try await run(Self.list("find in | sort")).attempt) == ["in", "in/document", "in/photos"])
    let fixture = try ProgramFixture(Self.list("ls -d in input.json out 2>/dev/null"))
    #expect(try lines(try await fixture.run()) == ["input.json", "out"])
  }

  @Test("of which one is missing on the store's disk cost no attempt")
  func missing() async throws {
    let (attempt, _) = try await run("echo 1") { fixture in
      let file = try fixture.sent("photos", 0, [1])
      try FileManager.default.removeItem(atPath: fixture.results + "/" + file.file.stored)
      return [file]
    }
    #expect(attempt.result == nil)
    #expect(attempt.error is WorkNotBegun, "\(attempt)")
  }

  @Test("make a kind that a service serves: what its file declares of them is the kind's")
  func served() throws {
    let made = try kind(sheets).kind(work: NoWork())
    #expect(
      made.files == [
        InputFiles(
          name: "photos", count: 1...50, types: ["image/jpeg", "image/png", "image/webp"], each: 20_000_000,
          total: 200_000_000)
      ])
    #expect(made.mostUploaded == 200_000_000 + 1 << 20)
    let plain = try kind(least).kind(work: NoWork())
    #expect(plain.files == [] && plain.mostUploaded == nil)
  }
}
