import Synchronization
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  /// A worker may be held up between getting an event and looking at its connection, and much may happen meanwhile.
  @Suite("events that are told late")
  struct LateEventTests {
    typealias Bytes = RecordBytes

    static func tell(_ interest: EventQueue.Interest, token: UInt64, _ server: ServerUnderTest) {
      server.server.reactor.take(EventQueue.Event(interest: interest, token: token), Worker())
    }

    static func token(_ server: ServerUnderTest) -> UInt64 {
      let connection = server.server.reactor.connections[0]
      return connection.state.withLock { connection.token($0) }
    }

    @Test("one of the request before begins no deadline")
    func idle() async throws {
      try await withServer(.brief { $0.readLimit = .milliseconds(300) }) { server in
        let peer = try server.connect()
        #expect(try await peer.ask(Bytes.request()).status == 200)
        Self.tell(.readable, token: Self.token(server), server)
        let half = try server.connect()
        try await half.send(Bytes.begin())
        #expect(try await half.rest().isEmpty)
        #expect(try await peer.ask(Bytes.request()).status == 200)
      }
    }

    @Test("one of a connection that is gone means nothing to the one in its place", arguments: [0x1, 0x2001, 0x18])
    func goneConnection(_ interest: UInt32) async throws {
      let (gate, cancelled) = (Gate(), Counter())
      let handler: Server.Handler = { request in
        if request.target == "/wait", await !gate.wait() { cancelled.add() }
        return await echo(request)
      }
      try await withServer(handler: handler) { server in
        let first = try server.connect()
        #expect(try await first.ask(Bytes.request()).status == 200)
        let token = Self.token(server)
        first.hangUp()
        try await eventually("closed") { server.openConnections == 0 }
        let second = try server.connect()
        #expect(try await second.ask(Bytes.request()).status == 200)
        Self.tell(.init(rawValue: interest), token: token, server)
        #expect(try await second.ask(Bytes.request()).status == 200)
        try await second.send(Bytes.request("GET", "/wait"))
        try await gate.reached()
        Self.tell(.init(rawValue: interest), token: token, server)
        gate.open()
        #expect(try await second.answer().status == 200)
        #expect(cancelled.value == 0)
      }
    }

    @Test("one that says readable or writable means nothing to a handler that waits", arguments: [0x1, 0x4, 0x5])
    func waiting(_ interest: UInt32) async throws {
      let (gate, cancelled) = (Gate(), Counter())
      let handler: Server.Handler = { request in
        if await !gate.wait() { cancelled.add() }
        return await echo(request)
      }
      try await withServer(handler: handler) { server in
        let (peer, other) = (try server.connect(), try server.connect())
        try await peer.send(Bytes.request())
        try await gate.reached()
        for _ in 0..<3 { Self.tell(.init(rawValue: interest), token: Self.token(server), server) }
        #expect(cancelled.value == 0)
        // And it still learns when its client leaves.
        try await other.send(Bytes.request())
        try await gate.reached(2)
        peer.hangUp()
        try await eventually("cancelled") { cancelled.value == 1 }
        gate.open()
        #expect(try await other.answer().status == 200)
      }
    }
  }
}
