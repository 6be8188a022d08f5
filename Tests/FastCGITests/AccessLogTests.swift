import FastCGI
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The access log")
struct AccessLogTests {
  @Test("writes whole lines, whoever hands them in, and what waits before it closes")
  func lines() async throws {
    let pipe = Pipe()
    let log = try AccessLog(to: pipe.fileHandleForWriting.fileDescriptor)
    // Less than a pipe holds.
    _ = try await concurrently(4) { writer in
      for number in 0..<500 { log.write(Array("{\"writer\":\(writer),\"number\":\(number)}".utf8)) }
    }
    let lines = try await lines(of: pipe, closing: log)
    #expect(lines.count == 2000)
    for writer in 0..<4 {
      let own = lines.filter { $0.hasPrefix("{\"writer\":\(writer),") }
      #expect(own == (0..<500).map { "{\"writer\":\(writer),\"number\":\($0)}" })
    }
  }

  @Test(
    "drops what nobody takes, blocks nobody, and says how much it was once somebody does", .timeLimit(.minutes(2)))
  func slowReader() async throws {
    let pipe = Pipe()
    let log = try AccessLog(to: pipe.fileHandleForWriting.fileDescriptor, limit: 10_000)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999)
    // Far more than the pipe (64 KiB) and the queue hold.
    for _ in 0..<1000 { log.write(line) }
    let lines = try await lines(of: pipe, closing: log)
    let written = lines.count { $0.utf8.count == 999 }
    let dropped = lines.filter { $0.hasPrefix("{\"dropped\":") }.compactMap { Int($0.dropFirst(11).dropLast()) }
    // What the queue holds, and, where the thread came to run meanwhile, the pipe.
    #expect(written >= 9 && written < 200)
    #expect(written + dropped.reduce(0, +) == 1000)
  }

  /// All that comes out while the log is closed, read on one thread and closed on another.
  private func lines(of pipe: Pipe, closing log: AccessLog) async throws -> [Substring] {
    let texts = try await concurrently(2) { number in
      if number == 0 { return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self) }
      log.close()
      try pipe.fileHandleForWriting.close()
      return ""
    }
    return texts[0].split(separator: "\n")
  }

  @Test("closes though nobody reads any more")
  func nobody() throws {
    signal(SIGPIPE) { _ in }
    let pipe = Pipe()
    let log = try AccessLog(to: pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForReading.close()
    log.write(Array("{}".utf8))
    let begin = ContinuousClock.now
    log.close()
    #expect(ContinuousClock.now - begin < .seconds(5))
  }
}
