import Glibc
import TestSupport
import Testing

@testable import FastCGI

@Suite("Lines for a descriptor that others write to")
struct LineOutputTests {
  private static func line(_ length: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "x"), count: length - 1) + [UInt8(ascii: "\n")]
  }

  @Test("go in pieces that a pipe takes undivided, and a longer line goes alone")
  func pieces() throws {
    // Keeps apart what was written apart.
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    var output = LineOutput(ends[0])
    let lengths = [4000, 90, 2, 5, 4096, 1, 9000, 1000, 1000]
    #expect(output.write(lengths.flatMap(Self.line)) == 0)
    var sizes: [Int] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while case let count = read(ends[1], &piece, piece.count), count > 0 {
      #expect(piece[count - 1] == UInt8(ascii: "\n"))
      sizes.append(count)
    }
    #expect(sizes == [4092, 5, 4096, 1, 9000, 2000])
  }

  @Test("wait for a slow reader, though somebody made the descriptor one that doesn't wait")
  func nonBlocking() async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
    let (reading, writing) = (ends[0], ends[1])
    defer { close(reading) }
    let lines = (0..<300).flatMap { _ in Self.line(1000) }
    let counts = try await concurrently(2) { number in
      if number == 0 {
        var output = LineOutput(writing)
        defer { close(writing) }
        return output.write(lines)
      }
      var (piece, total) = ([UInt8](repeating: 0, count: 999), 0)
      while true {
        var readable = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        poll(&readable, 1, -1)
        let count = read(reading, &piece, piece.count)
        if count == 0 { return total }
        if count > 0 { total += count }
      }
    }
    #expect(counts == [0, 300_000])
  }

  @Test("that a full disk doesn't take are counted, and the half of one spoils no other")
  func full() throws {
    // Like a disk with 4096 bytes, and room again once it is written from its beginning.
    let file = try sealedFile(of: 4096)
    defer { close(file) }
    var output = LineOutput(file)
    #expect(output.write(Self.line(4000)) == 0)
    #expect(output.write((1...5).flatMap { _ in Self.line(200) }) == 5)
    #expect(lseek(file, 0, SEEK_CUR) == 4096)
    #expect(output.write(Self.line(10)) == 1)
    lseek(file, 0, SEEK_SET)
    #expect(output.write(Array("{}\n".utf8)) == 0)
    #expect(output.write(Array("[]\n".utf8)) == 0)
    var begin = [UInt8](repeating: 0, count: 7)
    #expect(pread(file, &begin, 7, 0) == 7)
    #expect(begin == Array("\n{}\n[]\n".utf8))
  }

  /// A file in memory that never gets longer, memfd_create(2).
  private func sealedFile(of size: Int) throws -> Int32 {
    // Swift's Glibc has neither the function nor the constants.
    let function = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "memfd_create"))
    let create = unsafeBitCast(function, to: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32).self)
    let (allowSealing, addSeals, sealGrow) = (UInt32(2), Int32(1033), Int32(4))
    let file = create("lines", allowSealing)
    try #require(file >= 0)
    try #require(ftruncate(file, size) == 0)
    try #require(fcntl(file, addSeals, sealGrow) == 0)
    return file
  }
}
