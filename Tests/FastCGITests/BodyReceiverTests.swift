import Glibc
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("bodies that a receiver takes")
  struct BodyReceiverTests {
    typealias Bytes = RecordBytes

    /// Of a length below that of any body that is read by a thread made for it, and above.
    private static let lengths = [0, 1, 65_535, 200 << 10, 5_000_000]

    @Test(
      "come whole and in order, whatever their length and however they are cut, and the next request is read right",
      arguments: lengths, [(65_535, 0), (65_535, 255), (8191, 3)] as [(Int, UInt8)])
    func whole(_ count: Int, _ cut: (record: Int, padding: UInt8)) async throws {
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 8) }
      let receivers = NotingReceivers()
      try await withServer(receiver: receivers.receiver, handler: tellReceived) { server in
        let request =
          Bytes.head("POST", "/up", contentLength: "\(count)")
          + Bytes.stream(5, body, most: cut.record, padding: cut.padding, endPadding: cut.padding)
        let peer = try server.connect()
        for _ in 0..<3 {
          #expect(try await peer.ask(request).text == "/up \(count) whole [true]")
          #expect(try await peer.ask(Bytes.request("GET", "/next")).text == "GET /next 0")
          #expect(try await peer.ask(Bytes.request("POST", "/next", body: [1, 2])).text == "POST /next 2")
        }
        #expect(receivers.all.map(\.noted.bytes) == [body, body, body])
        #expect(receivers.all.allSatisfy { $0.noted.late == 0 && $0.noted.abandons == 0 })
      }
    }

    @Test("come whole in records of one byte", arguments: [1, 300])
    func smallRecords(_ count: Int) async throws {
      let body = Pattern.slice(count, at: 0)
      let receivers = NotingReceivers()
      try await withServer(receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let request = Bytes.head("POST", "/up", contentLength: "\(count)") + Bytes.stream(5, body, most: 1, padding: 1)
        #expect(try await peer.ask(request).text == "/up \(count) whole [true]")
        #expect(receivers.all.map(\.noted.bytes) == [body])
      }
    }

    @Test("come in pieces of at most 64 KiB, and a slow receiver holds its peer up: none is held in memory")
    func flat() async throws {
      let hold = Hold()
      let receivers = NotingReceivers(keeps: false, hold: hold)
      let (count, record) = (100_000_000, 50_000)
      try await withServer(receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.head("POST", "/up", contentLength: "\(count)"))
        for number in 0..<2 { try await peer.send(Bytes.record(5, Pattern.slice(record, at: number * record))) }
        try await hold.reached(1)
        // What the connection itself takes while its reader waits.
        let (taken, rest) = try await onThread { () -> (Int, [UInt8]) in
          var offset = 2 * record
          while true {
            let bytes = Bytes.record(5, Pattern.slice(record, at: offset))
            let sent = send(peer.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            guard sent > 0 else { return (offset, []) }
            offset += record
            if sent < bytes.count { return (offset, Array(bytes.dropFirst(sent))) }
          }
        }
        #expect(taken < 2_000_000)
        hold.open()
        let answer = try await onThread {
          try peer.sendNow(rest)
          for offset in stride(from: taken, to: count, by: record) {
            try peer.sendNow(Bytes.record(5, Pattern.slice(record, at: offset)))
          }
          try peer.sendNow(Bytes.record(5))
          return try peer.answerNow()
        }
        #expect(answer.text == "/up \(count) whole [true]")
        let noted = try #require(receivers.all.first?.noted)
        #expect(noted.wrongAt == nil)
        #expect(noted.longestPiece <= 64 << 10)
      }
    }

    @Test(
      "of another length than CONTENT_LENGTH says are not whole, and the connection goes on",
      arguments: [
        ("=", true), ("+1", false), ("-1", false), ("0", false), (nil, true), ("", true), ("-5", false),
        ("99999999999999999999", false),
      ] as [(String?, Bool)], [5, 100_000, 300_000])
    func announced(_ announced: (length: String?, isWhole: Bool), _ count: Int) async throws {
      let length =
        switch announced.length {
        case "=": "\(count)"
        case "+1": "\(count + 1)"
        case "-1": "\(count - 1)"
        case let other: other
        }
      let receivers = NotingReceivers()
      try await withServer(receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let body = [UInt8](repeating: 7, count: count)
        for _ in 0..<2 {
          let request = Bytes.head("POST", "/up", contentLength: length) + Bytes.stream(5, body)
          // What comes of a body that is known to be wrong is not promised.
          let expected = announced.isWhole ? "/up \(count) whole [true]" : " truncated [false]"
          #expect(try await peer.ask(request).text.hasSuffix(expected))
        }
      }
    }

    @Test("are no shorter for the limit of bodies that are held in memory", arguments: [1001, 100_000, 1_000_000])
    func limit(_ count: Int) async throws {
      let receivers = NotingReceivers()
      try await withServer(.brief { $0.bodyLimit = 1000 }, receiver: receivers.receiver, handler: tellReceived) {
        server in
        let peer = try server.connect()
        let body = [UInt8](repeating: 7, count: count)
        for _ in 0..<2 {
          #expect(try await peer.ask(Bytes.request("POST", "/up", body: body)).text == "/up \(count) whole [true]")
          #expect(
            try await peer.ask(Bytes.request("POST", "/other", body: body)).text == "POST /other more than 1000")
        }
      }
    }

    static let halves = [
      ("a peer that closes", Bytes.record(5, .init(repeating: 1, count: 20_000))),
      ("a record that is cut", [1, 5, 0, 1, 0x80, 0, 0, 0, 7]),
      ("FCGI_ABORT_REQUEST", Bytes.abort()),
      ("another request's record", Bytes.record(5, [1], id: 2)),
      ("garbage", Array("HTTP/1.1 200 OK".utf8)),
    ]

    @Test("that break off are abandoned once, and no handler is called", arguments: halves)
    func brokenOff(_ name: String, _ rest: [UInt8]) async throws {
      let receivers = NotingReceivers()
      let served = Counter()
      let handler: Server.Handler = { request in
        if request.target != "/honest" { served.add() }
        return await echo(request)
      }
      try await withServer(.brief { $0.readLimit = .seconds(60) }, receiver: receivers.receiver, handler: handler) {
        server in
        let peer = try server.connect()
        try await peer.send(
          Bytes.head("POST", "/up", contentLength: "900000") + Bytes.record(5, .init(repeating: 1, count: 65_535)))
        // Else it may be refused before there is a receiver.
        try await eventually("a receiver is asked for") { receivers.all.count == 1 }
        try await peer.send(rest)
        if name != "FCGI_ABORT_REQUEST", name != "garbage" { peer.hangUp() }
        try await eventually("it is over") { receivers.all.first?.noted.isOver == true }
        try await eventually("its connection is closed") { server.openConnections == 0 }
        let noted = try #require(receivers.all.first?.noted)
        #expect((noted.abandons, noted.ends, noted.late) == (1, [], 0))
        #expect(served.value == 0)
        #expect(receivers.all.count == 1)
        try await server.answersHonestly()
      }
    }

    @Test("that are short and never whole get no receiver")
    func shortBrokenOff() async throws {
      let receivers = NotingReceivers()
      try await withServer(.brief { $0.readLimit = .seconds(60) }, receiver: receivers.receiver) { server in
        for part in [[], [1, 2]] as [[UInt8]] {
          let peer = try server.connect()
          let head = Bytes.head("POST", "/up", contentLength: "9")
          try await peer.send(head + (part.isEmpty ? [] : Bytes.record(5, part)))
          peer.hangUp()
        }
        try await eventually("both are closed") { server.openConnections == 0 }
        #expect(receivers.all.allSatisfy { $0.noted.ends.isEmpty && $0.noted.abandons == 1 })
        try await server.answersHonestly()
      }
    }

    @Test("keep no other request waiting while their receivers block, long plain bodies among them")
    func blocked() async throws {
      let hold = Hold()
      let receivers = NotingReceivers(hold: hold)
      try await withServer(receiver: receivers.receiver, handler: tellReceived) { server in
        // One that came at once, and one whose rest is still to come.
        let (whole, begun, third) = (try server.connect(), try server.connect(), try server.connect())
        try await whole.send(Bytes.request("POST", "/up/1", body: [1, 2, 3]))
        let long = Bytes.request("POST", "/up/2", body: .init(repeating: 1, count: 150_000))
        try await begun.send(Array(long.prefix(100_000)))
        try await hold.reached(2)
        try await third.send(Bytes.request("POST", "/up/3", body: [4]))
        let body = [UInt8](repeating: 1, count: 500_000)
        for _ in 0..<5 {
          try await server.answersHonestly()
          #expect(try await server.ask(Bytes.request("POST", "/", body: body)).text == "POST / 500000")
        }
        hold.open()
        try await begun.send(Array(long.dropFirst(100_000)))
        #expect(try await whole.answer().text == "/up/1 3 whole [true]")
        #expect(try await begun.answer().text == "/up/2 150000 whole [true]")
        #expect(try await third.answer().text == "/up/3 1 whole [true]")
      }
    }

    @Test("are not given up for the time that their receiver takes")
    func slowReceiver() async throws {
      let hold = Hold()
      let receivers = NotingReceivers(hold: hold)
      let configuration = Server.Configuration.brief { $0.readLimit = .milliseconds(300) }
      try await withServer(configuration, receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let request = Bytes.request("POST", "/up", body: .init(repeating: 1, count: 300_000))
        let sending = Task { try await peer.send(request) }
        try await hold.reached(1)
        // Each of these waits as long as a peer may.
        for _ in 0..<2 {
          let late = try server.connect()
          try await late.send(Bytes.begin())
          #expect(try await late.rest().isEmpty)
        }
        hold.open()
        try await sending.value
        #expect(try await peer.answer().text == "/up 300000 whole [true]")
      }
    }

    @Test("of peers that send a little now and then are abandoned at the read limit, and hold up nobody")
    func trickle() async throws {
      let receivers = NotingReceivers()
      let configuration = Server.Configuration.brief { $0.readLimit = .seconds(1) }
      try await withServer(configuration, receiver: receivers.receiver) { server in
        let peers = try (0..<4).map { _ in try server.connect() }
        for peer in peers {
          try await peer.send(
            Bytes.head("POST", "/up", contentLength: "900000") + Bytes.record(5, .init(repeating: 1, count: 65_535)))
        }
        try await server.answersHonestly()
        try await eventually("all are given up") { server.openConnections == 0 }
        #expect(receivers.all.allSatisfy { $0.noted.abandons == 1 && $0.noted.ends.isEmpty })
        try await server.answersHonestly()
      }
    }

    @Test("that come slowly go to their receiver all the same, and are as long as they like", arguments: [9, 300_000])
    func slowly(_ count: Int) async throws {
      let receivers = NotingReceivers()
      let configuration = Server.Configuration.brief {
        $0.readLimit = .seconds(60)
        $0.bodyLimit = 1000
      }
      try await withServer(configuration, receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let request = Bytes.request("POST", "/up", body: .init(repeating: 1, count: count))
        let part = Bytes.head("POST", "/up", contentLength: "\(count)").count + 10
        try await peer.send(Array(request.prefix(part)))
        // Two sweeps have found the same half of a request.
        try await eventually("a receiver is asked for") { receivers.all.count == 1 }
        #expect(try await peer.ask(Array(request.dropFirst(part))).text == "/up \(count) whole [true]")
        #expect(try await peer.ask(Bytes.request("GET", "/next")).text == "GET /next 0")
        #expect(receivers.all.count == 1)
      }
    }

    @Test("go to their receiver though their parameters come slowly, of which the body is held as any other")
    func slowParameters() async throws {
      let count = 9
      let receivers = NotingReceivers()
      let configuration = Server.Configuration.brief {
        $0.readLimit = .seconds(60)
        $0.bodyLimit = 1000
      }
      try await withServer(configuration, receiver: receivers.receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let request = Bytes.request("POST", "/up", body: .init(repeating: 1, count: count))
        try await peer.send(Array(request.prefix(20)))
        let reactor = server.server.reactor
        try await eventually("a sweep has found it") {
          reactor.connections.all.contains { $0.state.withLock { $0.isSlow && $0.phase == .partial } }
        }
        #expect(try await peer.ask(Array(request.dropFirst(20))).text == "/up \(count) whole [true]")
        #expect(try await peer.ask(Bytes.request("GET", "/next")).text == "GET /next 0")
      }
    }

    @Test(
      "that come while the server stops are read and answered, and their connections ended", arguments: [10, 100_000])
    func drain(_ sent: Int) async throws {
      let receivers = NotingReceivers()
      let server = try ServerUnderTest(receiver: receivers.receiver, handler: tellReceived)
      let peer = try server.connect()
      let request = Bytes.request("POST", "/up", body: .init(repeating: 1, count: 150_000))
      try await peer.send(Array(request.prefix(sent)))
      try await server.answersHonestly()
      server.beginDrain()
      try await eventually("no longer accepts") { (try? server.connect()) == nil }
      #expect(try await peer.ask(Array(request.dropFirst(sent))).text == "/up 150000 whole [true]")
      #expect(try await DrainTests.endsConnection(peer))
      try await server.stop()
    }

    @Test("that don't come to their end before the drain's limit are abandoned")
    func drainLimit() async throws {
      let receivers = NotingReceivers()
      let server = try ServerUnderTest(.with { $0.drainLimit = .milliseconds(200) }, receiver: receivers.receiver)
      let peer = try server.connect()
      let request = Bytes.request("POST", "/up", body: .init(repeating: 1, count: 900_000))
      try await peer.send(Array(request.prefix(100_000)))
      try await eventually("it is begun") { receivers.all.first.map { $0.noted.length > 0 } ?? false }
      server.beginDrain()
      #expect(try await peer.rest().isEmpty)
      try await server.stop()
      let noted = try #require(receivers.all.first?.noted)
      #expect((noted.abandons, noted.ends, noted.late) == (1, [], 0))
    }

    @Test("their handler runs on a worker", arguments: [3, 400_000])
    func runsOnWorker(_ count: Int) async throws {
      let receivers = NotingReceivers()
      let handler: Server.Handler = { _ in .text(threadName()) }
      try await withServer(receiver: receivers.receiver, handler: handler) { server in
        let answer = try await server.ask(Bytes.request("POST", "/up", body: .init(repeating: 0, count: count)))
        #expect(answer.text.hasPrefix("worker-"))
      }
    }

    @Test("the receiver is asked with what is known of the body, and the others are as without any")
    func asked() async throws {
      let receivers = NotingReceivers()
      let seen = Counter()
      let receiver: Server.Receiver = { body in
        let type = body.contentType.map { String(decoding: $0, as: UTF8.self) }
        if body.target == "/typed", body.method == "PUT", type == "text/a;b=\"c\"" { seen.add() }
        return receivers.receiver(body)
      }
      try await withServer(.brief { $0.bodyLimit = 1000 }, receiver: receiver, handler: tellReceived) { server in
        let peer = try server.connect()
        let typed = Bytes.request("PUT", "/typed", body: [1], more: [("CONTENT_TYPE", "text/a;b=\"c\"")])
        #expect(try await peer.ask(typed).text == "PUT /typed 1")
        #expect(seen.value == 1)
        for (count, expected) in [(1000, "1000"), (1001, "more than 1000"), (300_000, "more than 1000")] {
          let body = [UInt8](repeating: 1, count: count)
          #expect(try await peer.ask(Bytes.request("POST", "/", body: body)).text == "POST / \(expected)")
        }
        let short = Bytes.head("POST", "/", contentLength: "9") + Bytes.stream(5, [1, 2])
        #expect(try await peer.ask(short).text == "POST / truncated")
        #expect(receivers.all.isEmpty)
      }
    }
  }
}
