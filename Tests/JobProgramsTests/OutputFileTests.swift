import Foundation
import JobFiles
import Jobs
import TestSupport
import Testing

@Suite("Files that programs leave")
struct OutputFileTests {
  private static let one = "result: {file: page, types: [text/html, application/pdf]}\n"

  @Test("become the result, and standard output goes to the log")
  func taken() async throws {
    let fixture = try ProgramFixture("echo hello; printf '%%PDF-1.7' >out/page", more: Self.one)
    let attempt = try await fixture.run()
    #expect(attempt.error == nil)
    #expect(attempt.result == "")
    #expect(String(decoding: attempt.log, as: UTF8.self) == "hello\n")
    let name = try #require(StoredFiles(path: fixture.results).names.first)
    #expect(FileManager.default.contents(atPath: fixture.results + "/" + name) == Data("%PDF-1.7".utf8))
    #expect(fixture.leftovers == [])
  }

  @Test(
    "are refused where they are anything but a file of the program's own, of a declared type",
    arguments: [
      ("true", "has not written"), ("ln -s /etc/passwd out/page", "symbolic link"),
      ("mkfifo out/page", "not a regular"),
      ("mkdir out/page", "not a regular"), ("echo x >out/page; ln out/page out/other", "other names"),
      ("echo x >y; ln y out/page", "other names"), ("printf '\\211PNG\\r\\n\\032\\n' >out/page", "not of the type"),
      ("rmdir out; ln -s /etc out", "no folder"), ("rmdir out; echo x >out", "no folder"),
    ])
  func refused(script: String, reason: String) async throws {
    let fixture = try ProgramFixture(script, more: Self.one)
    let attempt = try await fixture.run()
    #expect(attempt.failure?.code == "bad-result")
    #expect(attempt.failure?.detail.contains(reason) == true, "\(attempt.failure?.detail ?? "\(attempt)")")
    #expect(fixture.leftovers == [])
  }
}
