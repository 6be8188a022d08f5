import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `orders serve` as systemd starts it: `Type=notify`, with a watchdog.
  @Suite("A supervised responder")
  struct SupervisedTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    /// `watchdog` in milliseconds.
    private func serve(_ receiver: NotifyReceiver, watchdog: Int?) throws -> Process {
      let process = Process()
      process.executableURL = URL(filePath: RunningService.binary)
      process.arguments = ["serve", "--store", "sqlite:\(folder.path)/orders.sqlite", "--socket", folder.path + "/s"]
      var environment = ["NOTIFY_SOCKET": receiver.name]
      if let watchdog { environment["WATCHDOG_USEC"] = "\(watchdog * 1000)" }
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      return process
    }

    private func supervised(
      watchdog: Int? = nil, _ body: @escaping @Sendable (NotifyReceiver, Process) throws -> Void
    ) async throws {
      try await blocking {
        let receiver = try NotifyReceiver(folder.path + "/n")
        let process = try serve(receiver, watchdog: watchdog)
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        try body(receiver, process)
      }
    }

    @Test("is told to be ready once it serves and before it answers, says when it drains, and ends")
    func lifetime() async throws {
      try await supervised { receiver, process in
        try patiently("its socket is there") { FileManager.default.fileExists(atPath: folder.path + "/s") }
        // It may connect before the responder accepts anything.
        var answer: [UInt8] = []
        try patiently("it answers") {
          answer = (try? firstBytes(from: folder.path + "/s")) ?? []
          return !answer.isEmpty
        }
        #expect(String(decoding: answer, as: UTF8.self).contains(#""service":"orders""#))
        let ready = receiver.next(within: .zero)
        #expect(ready == ["READY=1", "STATUS=serving \(folder.path)/orders.sqlite"])
        process.terminate()
        let stopping = receiver.next()
        #expect(stopping == ["STOPPING=1", "STATUS=draining"])
        try patiently("it ends") { !process.isRunning }
        #expect(process.terminationStatus == 0)
        #expect(receiver.next(within: .zero) == nil)
      }
    }

    @Test("gives signs of life in time, none while it is stopped, and again when it goes on")
    func watchdog() async throws {
      try await supervised(watchdog: 600) { receiver, process in
        try receiver.await("READY=1")
        for _ in 1...5 {
          // On an idle machine it takes 300 ms.
          try receiver.await("WATCHDOG=1")
        }
        kill(process.processIdentifier, SIGSTOP)
        // What was sent before it stopped.
        while receiver.next(within: .milliseconds(100)) != nil {}
        #expect(receiver.next(within: .milliseconds(1500)) == nil)
        kill(process.processIdentifier, SIGCONT)
        try receiver.await("WATCHDOG=1")
        process.terminate()
        try patiently("it ends") { !process.isRunning }
      }
    }
  }
}

/// Asks for `/` over FastCGI, on a connection of its own to the responder's socket, and waits for the first bytes of the
/// answer. Blocks.
private func firstBytes(from path: String) throws -> [UInt8] {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  let isConnected = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
    }
  }
  guard isConnected else { throw HTTPClient.Failure(description: "connect \(path): \(errno)") }
  func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), 0, 0] + content
  }
  let parameters = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")].flatMap { name, value in
    [UInt8(name.utf8.count), UInt8(value.utf8.count)] + Array(name.utf8) + Array(value.utf8)
  }
  let request = record(1, [0, 1, 0, 0, 0, 0, 0, 0]) + record(4, parameters) + record(4, []) + record(5, [])
  guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
    throw HTTPClient.Failure(description: "send: \(errno)")
  }
  var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  guard poll(&wanted, 1, 10_000) == 1 else { throw HTTPClient.Failure(description: "no answer in 10 s") }
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = recv(descriptor, &buffer, buffer.count, 0)
  return Array(buffer.prefix(max(0, count)))
}
