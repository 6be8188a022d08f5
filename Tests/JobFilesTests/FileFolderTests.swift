import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobFiles

@Suite("The folder of files")
struct FileFolderTests {
  private let folder: TemporaryFolder
  private let files: FileFolder

  init() throws {
    folder = try TemporaryFolder()
    files = FileFolder(path: folder.path + "/files", token: "0123456789abcdef")
  }

  private func made(_ bytes: [UInt8]) throws -> (StagedFile, SealedFile) {
    let file = try files.make()
    try FileHandle(fileDescriptor: file.descriptor).write(contentsOf: Data(bytes))
    let sealed = try files.seal(file)
    close(file.descriptor)
    return (file, sealed)
  }

  @Test("is its owner's alone, and a file in it is for the folder's group when it is whole")
  func modes() throws {
    let file = try files.make()
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(files.all.path) == 0o700)
    #expect(try mode(files.all.path + "/" + file.stored) == 0o600)
    _ = try files.seal(file)
    close(file.descriptor)
    #expect(try mode(files.all.path + "/" + file.stored) == 0o640)
    #expect(file.stored.wholeMatch(of: /0123456789abcdef\.[0-9a-f]{32}/) != nil)
  }

  @Test("seals with size and SHA-256", arguments: [0, 3, 300_000])
  func digest(count: Int) throws {
    let (file, sealed) = try made([UInt8](repeating: 97, count: count))
    let known = [
      0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      3: "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0",
      300_000: "12e1b9b179b29a4f7e5889b185d7ac71bff0ad1f49a7b391d0911b737a0f5381",
    ]
    #expect(sealed.size == Int64(count))
    #expect(sealed.digest == known[count])
    let whole = JobFile(name: "a", type: "text/plain", size: sealed.size, digest: sealed.digest, stored: file.stored)
    #expect(files.all.fault(of: whole) == nil)
  }

  @Test("tells what is wrong with a file")
  func faults() throws {
    let (file, sealed) = try made([1, 2, 3])
    let path = files.all.path + "/" + file.stored
    let job = JobFile(name: "a", type: "text/plain", size: 3, digest: sealed.digest, stored: file.stored)
    try Data([1, 2, 4]).write(to: URL(filePath: path))
    #expect(files.all.fault(of: job) == "has other bytes than were stored")
    try Data([1, 2]).write(to: URL(filePath: path))
    #expect(files.all.fault(of: job) == "has 2 bytes, not 3")
    files.discard(file)
    #expect(files.all.fault(of: job) == "is missing")
    // A link out of the folder is not followed.
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
    #expect(files.all.fault(of: job) == "can't be read")
  }

  @Test("keeps files from removal while a backup copies them, and copies without replacing any")
  func backup() async throws {
    let (file, _) = try made([1, 2, 3])
    let copy = folder.path + "/copy"
    try files.all.keeping { () throws(StoreError) in
      for _ in 1...2 { try files.all.copy([file.stored], to: copy) }
    }
    #expect(await files.all.whileNoBackup { files.all.remove(file.stored) })
    #expect(files.all.names == [])
    #expect(try Data(contentsOf: URL(filePath: copy + "/" + file.stored)) == Data([1, 2, 3]))
    let descriptor = open(files.all.path, O_RDONLY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_SH) == 0)
    #expect(await !files.all.whileNoBackup { Issue.record("a backup runs") })
  }
}

@Suite("The first bytes of a file")
struct FileSignatureTests {
  @Test(
    "tell its type, or say nothing",
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .png),
      (Array("GIF89a".utf8), .gif), (Array("RIFF1234WEBP".utf8), .webp), ([0x49, 0x49, 0x2A, 0], .tiff),
      ([0x4D, 0x4D, 0, 0x2A], .tiff), (Array("%PDF-1.7".utf8), .pdf), ([0x50, 0x4B, 3, 4], .zip),
      (Array("RIFF1234WAVE".utf8), nil), (Array("<html>".utf8), nil), ([], nil), ([0xFF, 0xD8], nil),
    ] as [([UInt8], FileSignature?)])
  func signature(bytes: [UInt8], expected: FileSignature?) {
    #expect(FileSignature(bytes) == expected)
  }

  @Test(
    "decide which of the declared types it has",
    arguments: [
      (.png, ["image/jpeg", "image/png"], "image/png"), (.png, ["image/jpeg"], nil), (nil, ["image/jpeg"], nil),
      (nil, ["image/png", "text/csv"], "text/csv"), (.pdf, ["text/plain"], nil), (nil, ["text/html"], "text/html"),
      (.zip, ["application/vnd.oasis.opendocument.text"], "application/vnd.oasis.opendocument.text"),
      (.zip, ["application/zip"], "application/zip"), (.zip, ["image/png"], nil),
    ] as [(FileSignature?, [String], String?)])
  func declared(signature: FileSignature?, types: [String], expected: String?) {
    #expect(FileSignature.type(of: signature, among: types) == expected)
  }

  @Test(
    "contradict another of the types that they tell, and a type that they tell is believed to nothing else",
    arguments: [
      ("image/png", .png, true), ("image/png", .jpeg, false), ("image/png", nil, false), ("image/png", .zip, false),
      ("text/plain", nil, true), ("text/plain", .png, false), ("text/html", .pdf, false),
      ("application/zip", .zip, true), ("application/vnd.oasis.opendocument.text", .zip, true),
      ("application/vnd.oasis.opendocument.text", nil, true), ("application/pdf", nil, false),
      ("application/x-own", .gif, false),
    ] as [(String, FileSignature?, Bool)])
  func contradiction(type: String, signature: FileSignature?, isAllowed: Bool) {
    #expect(FileSignature.allows(type, signature) == isAllowed)
  }
}
