import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobFiles

@Suite("A file that is written as its bytes come")
struct FileWriterTests {
  private let folder: TemporaryFolder
  private let files: FileFolder

  init() throws {
    folder = try TemporaryFolder()
    files = FileFolder(path: folder.path + "/files", token: "0123456789abcdef")
  }

  private func writer(_ pieces: [[UInt8]]) throws -> FileWriter {
    let writer = try FileWriter(in: files)
    for piece in pieces { try piece.withUnsafeBytes { try writer.write($0) } }
    return writer
  }

  private func path(_ writer: FileWriter) -> String { files.all.path + "/" + writer.stored }

  @Test(
    "has size, SHA-256 and bytes of all pieces together",
    arguments: [
      ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ([[97, 97], [], [97]], "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"),
      (
        [[UInt8]](repeating: [UInt8](repeating: 97, count: 60_000), count: 5),
        "12e1b9b179b29a4f7e5889b185d7ac71bff0ad1f49a7b391d0911b737a0f5381"
      ),
    ] as [([[UInt8]], String)])
  func whole(pieces: [[UInt8]], digest: String) throws {
    let writer = try writer(pieces)
    let sealed = try writer.seal()
    let bytes = pieces.flatMap(\.self)
    #expect(writer.size == Int64(bytes.count))
    #expect(sealed == SealedFile(size: Int64(bytes.count), digest: digest))
    #expect(FileManager.default.contents(atPath: path(writer)) == Data(bytes))
    try files.flush()
    let file = JobFile(name: "a", type: "text/plain", size: sealed.size, digest: digest, stored: writer.stored)
    #expect(files.all.fault(of: file) == nil)
  }

  @Test("remembers its first 16 bytes, in however many pieces they came")
  func beginning() throws {
    let all = [UInt8](0..<40)
    #expect(try writer([]).beginning == [])
    #expect(try writer([[1], [2, 3]]).beginning == [1, 2, 3])
    #expect(try writer([all]).beginning == Array(all.prefix(16)))
    #expect(try writer(all.map { [$0] }).beginning == Array(all.prefix(16)))
    #expect(try writer([Array(all.prefix(15)), Array(all.dropFirst(15))]).beginning == Array(all.prefix(16)))
  }

  @Test("is its owner's alone until it is whole, and then for the folder's group too")
  func modes() throws {
    let writer = try writer([[1]])
    func mode() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path(writer))[.posixPermissions] as? Int
    }
    #expect(try mode() == 0o600)
    _ = try writer.seal()
    #expect(try mode() == 0o640)
    #expect(writer.stored.hasPrefix("0123456789abcdef."))
  }

  @Test("is gone when it is discarded, whole or not, also twice", arguments: [false, true])
  func discarded(isWhole: Bool) throws {
    let writer = try writer([[1]])
    if isWhole { _ = try writer.seal() }
    writer.discard()
    #expect(files.all.names == [])
    writer.discard()
  }

  @Test("is gone with its object unless it is whole, and its descriptor is closed", arguments: [false, true])
  func dropped(isWhole: Bool) throws {
    var writer: FileWriter? = try writer([[1]])
    let path = try #require(writer.map(path))
    // Of all descriptors of this process, since another test may get the number at once.
    func isOpen() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains { number in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number))?.hasPrefix(path) == true
      }
    }
    #expect(try isOpen())
    if isWhole { _ = try writer?.seal() }
    writer = nil
    #expect(FileManager.default.fileExists(atPath: path) == isWhole)
    #expect(try !isOpen())
  }

  @Test("can't be made in a place that is no folder")
  func noFolder() throws {
    try Data().write(to: URL(filePath: files.all.path))
    let error = #expect(throws: StoreError.self) { try FileWriter(in: files) }
    #expect(error?.code == .unavailable)
  }

  @Test("tells of a disk that takes no more, and is gone then")
  func fullDisk() throws {
    var writer: FileWriter? = try writer([])
    // Its descriptor becomes one that takes nothing, as on a full disk.
    let path = try #require(writer.map(path))
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let number = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first { number in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number)) == path
      }.flatMap { Int32($0) })
    #expect(dup2(full, number) == number)
    let error = #expect(throws: StoreError.self) { try [1, 2].withUnsafeBytes { try writer?.write($0) } }
    #expect(error?.code == .unavailable)
    #expect(error?.description.contains("No space left") == true)
    writer = nil
    #expect(files.all.names == [])
  }
}
