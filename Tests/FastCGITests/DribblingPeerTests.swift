import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  /// Bytes that are only peeked at stay in the peer's send buffer, and a Unix socket's is full with some 280 segments.
  @Suite("peers that send a byte at a time")
  struct DribblingPeerTests {
    typealias Bytes = RecordBytes

    /// So many bytes by themselves are more than a peer's buffer holds.
    static let body = [UInt8](repeating: 0x62, count: 1000)

    private func dribble(_ bytes: some Sequence<UInt8> & Sendable, to peer: Peer) async throws {
      try await onThread { for byte in bytes { try peer.sendNow([byte]) } }
    }

    @Test("get their answer, and so does the next request on their connection")
    func answered() async throws {
      try await withServer { server in
        let peer = try server.connect()
        for _ in 0..<2 {
          try await dribble(Bytes.request("POST", "/slow", body: Self.body), to: peer)
          #expect(try await peer.answer().text == "POST /slow 1000")
          #expect(try await peer.ask(Bytes.request("POST", "/quick", body: Self.body)).text == "POST /quick 1000")
        }
        try await dribble(Bytes.request("GET", "/last", more: [("HTTP_A", "b")], keeps: false), to: peer)
        #expect(try await peer.answer().text == "GET /last 0")
        #expect(try await peer.rest().isEmpty)
        #expect(server.slowBytes == 0)
      }
    }

    @Test("get their answer wherever a sweep finds a part of the request, also with padding and small records")
    func everyCut() async throws {
      raiseDescriptorLimit()
      let pairs =
        Bytes.pair("REQUEST_METHOD", "POST") + Bytes.pair("REQUEST_URI", "/") + Bytes.pair("CONTENT_LENGTH", "5")
      let requests = [
        Bytes.request("POST", "/", body: Array("12345".utf8)),
        Bytes.begin() + Bytes.stream(4, pairs, most: 3, padding: 2)
          + Bytes.stream(5, Array("12345".utf8), most: 2, padding: 7, endPadding: 9),
      ]
      try await withServer(.brief { $0.readLimit = .seconds(60) }) { server in
        for request in requests {
          let peers = try (1..<request.count).map { _ in try server.connect() }
          for (peer, cut) in zip(peers, 1...) { try await peer.send(Array(request.prefix(cut))) }
          try await eventually("all are found") { server.slowConnections == peers.count }
          for (peer, cut) in zip(peers, 1...) {
            #expect(try await peer.ask(Array(request.dropFirst(cut))).text == "POST / 5", "cut after \(cut)")
            #expect(try await peer.ask(Bytes.request()).text == "GET / 0", "after the cut after \(cut)")
          }
        }
      }
    }

    @Test("are refused for what others are refused for, before libfcgi sees it")
    func refused() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(60) }) { server in
        let peers = try BrokenPeerTests.refused.map { _ in try server.connect() }
        for (peer, example) in zip(peers, BrokenPeerTests.refused) {
          try? await peer.send(Array(example.bytes.prefix(1)))
        }
        try await eventually("those that begin well are found") {
          server.slowConnections == server.openConnections && server.slowConnections > 0
        }
        for (peer, example) in zip(peers, BrokenPeerTests.refused) {
          try? await dribble(example.bytes.dropFirst(), to: peer)
          #expect(try await peer.rest().isEmpty, "\(example)")
        }
        try await server.answersHonestly()
      }
    }

    @Test("are told of a body over the limit, of which no more than the limit is held")
    func longBody() async throws {
      try await withServer(.brief { $0.bodyLimit = 10_000 }) { server in
        let peer = try server.connect()
        let request = Bytes.request("POST", "/", body: [UInt8](repeating: 1, count: 100_000))
        try await peer.send(Array(request.prefix(500)))
        try await eventually("it is found") { server.slowConnections == 1 }
        try await peer.send(Array(request.dropFirst(500).dropLast(1)))
        try await eventually("most has been taken") { server.slowBytes > 10_000 }
        #expect(server.slowBytes < 11_000)
        #expect(try await peer.ask(Array(request.suffix(1))).text == "POST / more than 10000")
        try await server.answersHonestly()
      }
    }

    @Test("are closed where all of them together hold too much")
    func tooMuch() async throws {
      try await withServer(.brief { $0.slowLimit = 20_000 }) { server in
        let request = Bytes.request("POST", "/", body: [UInt8](repeating: 1, count: 9000))
        let peers = try (0..<3).map { _ in try server.connect() }
        for peer in peers.dropLast() { try await peer.send(Array(request.dropLast())) }
        try await eventually("two are held") { server.slowBytes > 18_000 }
        try? await peers[2].send(Array(request.dropLast()))
        #expect(try await peers[2].rest().isEmpty)
        for peer in peers.dropLast() {
          #expect(try await peer.ask(Array(request.suffix(1))).text == "POST / 9000")
        }
        #expect(server.slowBytes == 0)
      }
    }

    @Test("that never finish are cut off at the read limit, and what they held is free again")
    func endless() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(1) }) { server in
        let peer = try server.connect()
        // A body without end, until the connection is closed.
        let head = Bytes.head("POST", contentLength: "100000000")
        await #expect(throws: PeerError.self) {
          try await onThread {
            for byte in head { try peer.sendNow([byte]) }
            while true { try peer.sendNow(Bytes.record(5, [1])) }
          }
        }
        try await eventually("it is given up") { server.openConnections == 0 }
        #expect(server.slowBytes == 0)
        try await server.answersHonestly()
      }
    }
  }
}

extension ServerUnderTest {
  fileprivate var slowBytes: Int { server.reactor.slowBytes.load(ordering: .relaxed) }

  /// Connections whose request is taken out as it comes, and of which nothing is left to take.
  fileprivate var slowConnections: Int {
    server.reactor.connections.all.count { $0.state.withLock { $0.isSlow && $0.phase == .partial } }
  }
}
