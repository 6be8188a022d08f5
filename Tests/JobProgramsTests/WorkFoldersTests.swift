import Foundation
import Jobs
import Logging
import TestSupport
import Testing

@testable import JobPrograms

@Suite("Work folders") struct WorkFoldersTests {
  private let parent: TemporaryFolder
  private let account: Account

  init() throws {
    parent = try TemporaryFolder()
    account = try Account(programUser: "nobody")
  }

  private func folders() throws -> WorkFolders {
    try WorkFolders(in: parent.path, for: account, logger: Logger(label: "test"))
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] }

  @Test("of a process that has died are removed, whatever is in them; those of the living stay") func sweep() throws {
    let alive = try folders()
    let dead = parent.path + "/orders-work-AAAAAA"
    let deep = dead + "/1-1/" + (0..<300).map { _ in "d" }.joined(separator: "/")
    try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: dead + "/1-1/link", withDestinationPath: alive.path)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: dead + "/1-1/d")
    try FileManager.default.createDirectory(atPath: parent.path + "/other", withIntermediateDirectories: false)
    let next = try folders()
    #expect(
      Set(names) == [(alive.path as NSString).lastPathComponent, (next.path as NSString).lastPathComponent, "other"])
    alive.removeAll()
    next.removeAll()
    #expect(names == ["other"])
  }

  @Test("of a process that has died take its sandboxes along, also one that waits for its starter") func sandboxes()
    throws
  {
    let dead = parent.path + "/orders-work-BBBBBB"
    try FileManager.default.createDirectory(atPath: dead + "/1-1", withIntermediateDirectories: true)
    let sandbox = Process()
    sandbox.executableURL = URL(filePath: "/usr/bin/bwrap")
    sandbox.arguments = [
      "--unshare-pid", "--die-with-parent", "--dev-bind", "/", "/", "--bind", dead + "/1-1", dead + "/1-1", "--",
      "/bin/sleep", "1000",
    ]
    try sandbox.run()
    defer { kill(sandbox.processIdentifier, SIGKILL) }
    try patiently("it is one") { ProcessTree.sandboxes(in: dead).contains(sandbox.processIdentifier) }
    let next = try folders()
    sandbox.waitUntilExit()
    #expect(sandbox.terminationReason == .uncaughtSignal)
    next.removeAll()
    #expect(names == [])
  }

  @Test("are refused in a folder that others may change, or that is a link") func hostile() throws {
    let link = parent.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: parent.path)
    #expect(throws: ProgramHostError.self) {
      try WorkFolders(in: link, for: account, logger: Logger(label: "test"))
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: parent.path)
    #expect(throws: ProgramHostError.self) { try folders() }
    #expect(throws: ProgramHostError.self) {
      try WorkFolders(in: parent.path + "/nothing", for: account, logger: Logger(label: "test"))
    }
  }

  @Test("count what is on disk, follow no link, and find too much where there are too many levels") func size() throws {
    let folder = parent.path + "/job"
    try FileManager.default.createDirectory(atPath: folder + "/a/b", withIntermediateDirectories: true)
    try Data(count: 100_000).write(to: URL(filePath: folder + "/a/b/file"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "/usr")
    let size = FolderSize(of: folder)
    #expect((100_000..<200_000).contains(size.bytes))
    #expect(size.entries == 4)
    #expect(!size.isTooMuch)
    let deep = folder + "/" + (0..<70).map { _ in "d" }.joined(separator: "/")
    try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
    #expect(FolderSize(of: folder).isTooMuch)
  }
}
