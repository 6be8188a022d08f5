import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("peers that are slow")
  struct SlowPeerTests {
    typealias Bytes = RecordBytes

    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let beginning: [UInt8]
      let next: [UInt8]
    }

    static let trickles = [
      Case(testDescription: "in the parameters", beginning: Bytes.begin() + Bytes.record(4, []).prefix(4), next: [0]),
      Case(testDescription: "between parameters", beginning: Bytes.begin(), next: Bytes.record(4, [0, 0])),
      Case(
        testDescription: "in STDIN", beginning: Bytes.head("POST", contentLength: "9"), next: Bytes.record(5, [1])),
      Case(
        testDescription: "in a long STDIN",
        beginning: Bytes.head("POST", contentLength: "900000") + Bytes.record(5, .init(repeating: 1, count: 65_535))
          + Bytes.record(5, .init(repeating: 1, count: 20_000)),
        next: Bytes.record(5, [1])),
    ]

    @Test(
      "those that send a little now and then hold up nobody, and are given up at the read limit", arguments: trickles)
    func trickle(_ example: Case) async throws {
      try await withServer(.brief { $0.readLimit = .seconds(2) }) { server in
        let peers = try (0..<8).map { _ in try server.connect() }
        for peer in peers { try await peer.send(example.beginning) }
        let isOver = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            // One small thing a quarter of a second, from each: the peers' pace.
            while isOver.value == 0 {
              for peer in peers { try? await peer.send(example.next) }
              try await Task.sleep(for: .milliseconds(250))
            }
          }
          for _ in 0..<20 { try await server.answersHonestly() }
          #expect(server.openConnections >= 8, "others waited for them")
          try await eventually("all are given up") { server.openConnections == 0 }
          isOver.add()
          try await group.waitForAll()
        }
        let body = [UInt8](repeating: 1, count: 500_000)
        #expect(try await server.ask(Bytes.request("POST", "/", body: body)).text == "POST / 500000")
        try await server.answersHonestly()
      }
    }

    @Test("the read limit ends only requests that have begun: a kept connection may be idle for longer")
    func idleConnection() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(1) }) { server in
        let (idle, used, begun) = (try server.connect(), try server.connect(), try server.connect())
        #expect(try await used.ask(Bytes.request()).status == 200)
        // Half of it first, so that this connection had a deadline once.
        try await used.send(Array(Bytes.request().prefix(20)))
        try await server.answersHonestly()
        #expect(try await used.ask(Array(Bytes.request().dropFirst(20))).status == 200)
        for _ in 0..<2 {
          let late = try server.connect()
          try await late.send(Bytes.begin())
          #expect(try await late.rest().isEmpty)
        }
        try await begun.send(Bytes.begin())
        #expect(try await begun.rest().isEmpty)
        #expect(try await idle.ask(Bytes.request()).status == 200)
        #expect(try await used.ask(Bytes.request()).status == 200)
      }
    }

    static let big = [UInt8](repeating: 0x61, count: 4 << 20)

    @Test("peers that never read hold up nobody, and are given up at the write limit", arguments: [false, true])
    func neverReads(_ isStream: Bool) async throws {
      let handler: Server.Handler = { request in
        guard request.target == "/big" else { return await echo(request) }
        let endless = AsyncThrowingStream<[UInt8], any Error> { .init(Self.big.prefix(10_000)) }
        return Response(status: .ok, body: isStream ? .stream(endless) : .bytes(Self.big))
      }
      try await withServer(.brief { $0.writeLimit = .milliseconds(600) }, handler: handler) { server in
        let peers = try (0..<8).map { _ in try server.connect() }
        for peer in peers { try await peer.send(Bytes.request("GET", "/big")) }
        for _ in 0..<20 { try await server.answersHonestly() }
        try await eventually("all are given up") { server.openConnections == 0 }
        let part = try await peers[0].rest()
        #expect(part.count < Self.big.count)
        try await server.answersHonestly()
      }
    }

    @Test("a peer that reads slowly gets all of it, though it takes longer than the write limit")
    func readsSlowly() async throws {
      let handler: Server.Handler = { _ in Response(status: .ok, body: .bytes(Self.big)) }
      try await withServer(.brief { $0.writeLimit = .seconds(1) }, handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.request(keeps: false))
        var count = 0
        while count < Self.big.count {
          let part = try await peer.receive(200_000)
          count += part.count
          if part.count < 200_000 { break }
          try await Task.sleep(for: .milliseconds(100))
        }
        #expect(count > Self.big.count)
      }
    }

    @Test("peers that never read are given up at once where much is held for them already, the first ones are not")
    func pressed() async throws {
      let asked = Counter()
      let handler: Server.Handler = { request in
        guard request.target == "/big" else { return await echo(request) }
        asked.add()
        return Response(status: .ok, body: .bytes(Self.big))
      }
      let configuration = Server.Configuration.brief {
        $0.writeLimit = .seconds(600)
        $0.unsentLimit = Self.big.count * 3 / 2
        $0.pressedWriteLimit = .milliseconds(300)
      }
      try await withServer(configuration, handler: handler) { server in
        let first = try server.connect()
        try await first.send(Bytes.request("GET", "/big", keeps: false))
        let reactor = server.server.reactor
        try await eventually("its answer waits") { reactor.unsent.bytes > 0 }
        let others = try (0..<8).map { _ in try server.connect() }
        for peer in others { try await peer.send(Bytes.request("GET", "/big")) }
        try await eventually("all are answered") { asked.value == 9 }
        try await eventually("the others are given up") { server.openConnections == 1 }
        #expect(try await others[0].rest().count < Self.big.count)
        try await eventually("their memory is given back") { reactor.goneBytes.load(ordering: .relaxed) == 0 }
        try await server.answersHonestly()
        #expect(try await first.rest().count > Self.big.count)
        try await eventually("nothing is held") { reactor.unsent.bytes == 0 }
      }
    }

    @Test("no more is held for slow peers than the limit: those that have waited longest are given up, one by one")
    func bounded() async throws {
      let asked = Counter()
      let handler: Server.Handler = { request in
        guard request.target == "/big" else { return await echo(request) }
        asked.add()
        return Response(status: .ok, body: .bytes(Self.big))
      }
      let most = Self.big.count * 7 / 2
      let configuration = Server.Configuration.brief {
        $0.writeLimit = .seconds(600)
        $0.unsentMost = most
      }
      try await withServer(configuration, handler: handler) { server in
        let reactor = server.server.reactor
        var peers: [Peer] = []
        for number in 1...8 {
          let peer = try server.connect()
          peers.append(peer)
          try await peer.send(Bytes.request("GET", "/big", keeps: false))
          try await eventually("the answer waits, and no more than three do") {
            asked.value == number && server.openConnections == min(number, 3)
              && reactor.unsent.bytes > min(number, 3) * Self.big.count
          }
          #expect(reactor.unsent.bytes <= most)
        }
        try await server.answersHonestly()
        for peer in peers[..<5] { #expect(try await peer.rest().count < Self.big.count) }
        for peer in peers[5...] { #expect(try await peer.rest().count > Self.big.count) }
        try await eventually("nothing is held") { reactor.unsent.bytes == 0 }
      }
    }

    @Test("a hundred half-sent requests cost next to no processor time")
    func halfSent() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(2) }) { server in
        let peers = try (0..<100).map { _ in try server.connect() }
        for peer in peers { try await peer.send(Bytes.head("POST", contentLength: "5") + Bytes.record(5, [1])) }
        try await server.answersHonestly()
        #expect(server.openConnections >= 100)
        let share = try await Threads.processorShare(named: "worker-") {
          try await eventually("all are given up") { server.openConnections == 0 }
        }
        // One that is told again and again of what it has seen takes a whole one.
        #expect(share < 0.3, "of a processor")
      }
    }
  }
}
