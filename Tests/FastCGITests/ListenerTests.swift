import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@testable import FastCGI

@Suite("listeners")
struct ListenerTests {
  static func refusal(_ path: String) -> Int32? {
    do {
      try Listener.bind(path: path).close()
      return nil
    } catch {
      return error.errno
    }
  }

  static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode : nil
  }

  /// A socket that another program bound at `path`, listening or not.
  static func foreignSocket(_ path: String, backlog: Int32?) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0)
      }
    }
    if let backlog { #expect(listen(descriptor, backlog) == 0) }
    return descriptor
  }

  @Test("the socket file has mode 0660, and the group that was asked for")
  func mode() throws {
    let folder = try TemporaryFolder()
    let listener = try Listener.bind(path: folder.path + "/s", group: getgid())
    defer { listener.close() }
    #expect(Self.mode(folder.path + "/s") == S_IFSOCK | 0o660)
    #expect(fcntl(listener.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(listener.descriptor, F_GETFL) & O_NONBLOCK != 0)
  }

  @Test("accepting waits for nobody, also when the start of a sibling has made the shared socket a blocking one")
  func blocking() async throws {
    let folder = try TemporaryFolder()
    let listener = try Listener.bind(path: folder.path + "/s")
    let descriptor = listener.descriptor
    #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) == 0)
    let outcome = Outcome()
    try PlainThread.start("accepting") {
      let result = accept(descriptor, nil, nil)
      outcome.error.withLock { $0 = result < 0 ? errno : 0 }
    }
    // Closing the socket would not end an accept(2) that waits: the thread would stay.
    try await eventually("it returns") { outcome.error.withLock { $0 } != nil }
    listener.close()
    #expect(outcome.error.withLock { $0 } == EAGAIN)
  }

  @Test("a path that we serve ourselves is refused, and free again afterwards")
  func ours() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s"
    let listener = try Listener.bind(path: path)
    #expect(Self.refusal(path) == EADDRINUSE)
    #expect(Self.mode(path) == S_IFSOCK | 0o660)
    listener.close()
    #expect(Self.refusal(path) == nil)
  }

  @Test("a path that another program serves is refused, also with a full backlog", arguments: [16, 0])
  func live(_ backlog: Int32) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s"
    let other = Self.foreignSocket(path, backlog: backlog)
    defer { close(other) }
    let waiting = backlog == 0 ? [try Peer(connectingTo: path)] : []
    #expect(Self.refusal(path) == EADDRINUSE)
    #expect(Self.mode(path) != nil)
    _ = waiting
  }

  @Test("a socket file that nobody listens on is replaced")
  func stale() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s"
    close(Self.foreignSocket(path, backlog: 16))
    let listener = try Listener.bind(path: path)
    defer { listener.close() }
    _ = try Peer(connectingTo: path)
    #expect(Self.mode(path) == S_IFSOCK | 0o660)
  }

  @Test("a file that is no socket is left alone")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s"
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    #expect(Self.refusal(path) == EADDRINUSE)
    #expect(Self.mode(path) == S_IFREG | 0o600)
  }

  @Test("a path of 107 bytes is taken, a longer one refused with its name", arguments: [107, 108, 300])
  func length(_ count: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + String(repeating: "p", count: count - folder.path.utf8.count - 1)
    guard count > 107 else {
      #expect(Self.refusal(path) == nil)
      return
    }
    let error = #expect(throws: SystemError.self) { try Listener.bind(path: path) }
    #expect(error?.description.contains(path) == true)
    #expect(error?.errno == ENAMETOOLONG)
    #expect(Self.mode(path + ".lock") == nil)
  }

  @Test("a folder that isn't there is named")
  func noFolder() {
    let error = #expect(throws: SystemError.self) { try Listener.bind(path: "/nowhere/at/all") }
    #expect(error?.description.contains("/nowhere/at/all") == true)
    #expect(error?.errno == ENOENT)
  }

  @Test("of two that bind one path at once, one gets it")
  func race() async throws {
    let folder = try TemporaryFolder()
    for round in 0..<50 {
      let path = folder.path + "/\(round)"
      close(Self.foreignSocket(path, backlog: nil))
      let listeners = await withTaskGroup(of: Listener?.self, returning: [Listener].self) { group in
        for _ in 0..<4 { group.addTask { try? Listener.bind(path: path) } }
        return await group.reduce(into: []) { all, listener in all += listener.map { [$0] } ?? [] }
      }
      #expect(listeners.count == 1)
      for listener in listeners { listener.close() }
    }
  }

  @Test(
    "a TCP peer is admitted where FCGI_WEB_SERVER_ADDRS is unset or names it",
    arguments: [
      (nil, true), ("127.0.0.1", true), ("10.0.0.1, 127.0.0.1", true), ("10.0.0.1", false), ("", false),
      ("localhost", false),
    ] as [(String?, Bool)])
  func peers(_ list: String?, _ expected: Bool) throws {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let accepted = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        #expect(bind(server, generic, length) == 0)
        #expect(listen(server, 1) == 0)
        getsockname(server, generic, &length)
        #expect(connect(client, generic, length) == 0)
        return accept(server, nil, nil)
      }
    }
    defer { for descriptor in [server, client, accepted] { close(descriptor) } }
    #expect(AllowedPeers(list).admit(accepted) == expected)
  }

  @Test("a Unix socket's peer is always admitted")
  func unixPeer() throws {
    var pair: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    #expect(AllowedPeers("10.0.0.1").admit(pair[0]))
    for descriptor in pair { close(descriptor) }
  }
}

/// How an accept(2) on another thread ended: by an error, or by none.
private final class Outcome: Sendable {
  let error = Mutex<Int32?>(nil)
}
