import HTTPTypes
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("a server and its honest peers")
  struct HonestPeerTests {
    @Test("an honest request is answered")
    func oneRequest() async throws {
      try await withServer { server in
        try await server.answersHonestly()
        let answer = try await server.ask(RecordBytes.request("GET", "/a%2Fb//..%00?q=1"))
        #expect(answer.text == "GET /a%2Fb//..%00?q=1 0")
        #expect(answer.fields["content-length"] == "\(answer.body.count)")
      }
    }

    @Test("a kept connection is answered a thousand times")
    func keptConnection() async throws {
      try await withServer { server in
        let peer = try server.connect()
        try await onThread {
          for number in 0..<1000 {
            try peer.sendNow(RecordBytes.request("GET", "/\(number)"))
            #expect(try peer.answerNow().text == "GET /\(number) 0")
          }
        }
        #expect(server.openConnections == 1)
      }
    }

    @Test("without the keep flag the connection ends after its answer")
    func unkept() async throws {
      try await withServer { server in
        let peer = try server.connect()
        #expect(try await peer.ask(RecordBytes.request(keeps: false)).status == 200)
        #expect(try await peer.rest().isEmpty)
      }
    }

    @Test("a handler that waits is resumed and its answer sent")
    func waiting() async throws {
      let gate = Gate()
      let handler: Server.Handler = { _ in
        _ = await gate.wait()
        return .text("late")
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(RecordBytes.request())
        try await gate.reached()
        gate.open()
        #expect(try await peer.answer().text == "late")
        #expect(try await peer.ask(RecordBytes.request()).text == "late")
      }
    }

    @Test("a client that hangs up while the handler waits cancels its task")
    func hangUp() async throws {
      let (gate, cancelled) = (Gate(), Counter())
      let handler: Server.Handler = { request in
        if request.target == "/wait", await !gate.wait() { cancelled.add() }
        return await echo(request)
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(RecordBytes.request("GET", "/wait"))
        try await gate.reached()
        peer.hangUp()
        try await eventually("cancelled") { cancelled.value == 1 }
        try await eventually("closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }

    @Test("a drain answers what waits, tells the web server to end the connection, and returns")
    func drain() async throws {
      let gate = Gate()
      let server = try ServerUnderTest(
        onDrain: { gate.open() },
        handler: { _ in
          _ = await gate.wait()
          return .text("status as it is now")
        })
      let peer = try server.connect()
      try await peer.send(RecordBytes.request())
      try await gate.reached()
      server.beginDrain()
      #expect(try await peer.answer().text == "status as it is now")
      #expect(try await peer.receive(8).count == 8)
      #expect(try await peer.rest().isEmpty)
      try await server.stop()
    }
  }
}

extension LiveServerTests {
  @Suite("what an honest web server may send")
  struct HonestRequestTests {
    typealias Bytes = RecordBytes

    @Test("ten times as many kept connections as threads are all answered, in any order", arguments: [1, 2, 4])
    func moreConnectionsThanThreads(_ workers: Int) async throws {
      try await withServer(.brief { $0.workers = workers }) { server in
        let peers = try (0..<10 * workers).map { _ in try server.connect() }
        try await onThread {
          for round in 0..<20 {
            for (number, peer) in peers.enumerated() { try peer.sendNow(Bytes.request("GET", "/\(round)/\(number)")) }
            for (number, peer) in peers.enumerated().reversed() {
              #expect(try peer.answerNow().text == "GET /\(round)/\(number) 0")
            }
          }
        }
        #expect(server.openConnections == peers.count)
      }
    }

    @Test("a parameter of any length arrives whole", arguments: [1, 127, 128, 8191, 8192, 8193, 65_535, 100_000])
    func parameterLengths(_ count: Int) async throws {
      let handler: Server.Handler = { .text($0.parameters["LONG"] ?? "none") }
      try await withServer(handler: handler) { server in
        let value = String((0..<count).map { Character(Unicode.Scalar(UInt8(0x61 + $0 % 26))) })
        let peer = try server.connect()
        for _ in 0..<3 {
          #expect(try await peer.ask(Bytes.request(more: [("LONG", value), ("AFTER", "x")])).text == value)
        }
        try await server.connect().send(Array(Bytes.request(more: [("LONG", value)]).prefix(count / 2)))
      }
    }

    @Test("a request split at any byte is answered on a kept connection")
    func splitEverywhere() async throws {
      try await withServer { server in
        let bytes = Bytes.request("POST", "/split", body: Array("body".utf8), more: [("HTTP_ACCEPT", "a/b")])
        let peer = try server.connect()
        for cut in 1..<bytes.count {
          try await peer.send(Array(bytes.prefix(cut)))
          // Whoever sent the first part is seen before the second comes.
          if cut % 8 == 0 { try await server.answersHonestly() }
          try await peer.send(Array(bytes.dropFirst(cut)))
          #expect(try await peer.answer().text == "POST /split 4", "split at \(cut)")
        }
      }
    }

    @Test("a request sent byte by byte is answered")
    func byteByByte() async throws {
      try await withServer { server in
        let bytes = Bytes.request("POST", "/drip", body: [1, 2, 3])
        let peer = try server.connect()
        try await onThread {
          for _ in 0..<20 {
            for byte in bytes { try peer.sendNow([byte]) }
            #expect(try peer.answerNow().text == "POST /drip 3")
          }
        }
      }
    }

    @Test("a request whose end of STDIN comes late is answered then")
    func lateEnd() async throws {
      try await withServer(.brief { $0.workers = 1 }) { server in
        let peer = try server.connect()
        for _ in 0..<3 {
          try await peer.send(Bytes.head("POST", "/late", contentLength: "3") + Bytes.record(5, [1, 2, 3]))
          try await server.answersHonestly()
          #expect(try await peer.ask(Bytes.record(5)).text == "POST /late 3")
        }
      }
    }

    @Test("HEAD gets the length and no body")
    func head() async throws {
      try await withServer { server in
        let peer = try server.connect()
        let answer = try await peer.ask(Bytes.request("HEAD", "/"))
        #expect(answer.fields["content-length"] == "8")
        #expect(answer.body.isEmpty)
        #expect(try await peer.ask(Bytes.request()).text == "GET / 0")
      }
    }

    @Test("HEAD of a stream gets its head alone")
    func headOfStream() async throws {
      let asked = Counter()
      let handler: Server.Handler = { _ in
        Response(
          status: .ok,
          body: .stream(
            AsyncThrowingStream<[UInt8], any Error> {
              asked.add()
              return nil
            }))
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        #expect(try await peer.ask(Bytes.request("HEAD")).body.isEmpty)
        #expect(asked.value == 0)
        #expect(try await peer.ask(Bytes.request("GET")).body.isEmpty)
        #expect(asked.value == 1)
      }
    }

    @Test("an answer without body has no Content-Length", arguments: [204, 304])
    func noBody(_ code: Int) async throws {
      let handler: Server.Handler = { _ in Response(status: .init(code: code)) }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        for _ in 0..<2 {
          let answer = try await peer.ask(Bytes.request())
          #expect(answer.status == code)
          #expect(answer.fields["content-length"] == nil)
          #expect(answer.body.isEmpty)
        }
      }
    }

    @Test("an answer of any length arrives whole", arguments: [0, 1, 65_400, 65_535, 65_536, 200_000, 5_000_000])
    func answerLengths(_ count: Int) async throws {
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let handler: Server.Handler = { _ in Response(status: .ok, body: .bytes(body)) }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        for _ in 0..<2 { #expect(try await peer.ask(Bytes.request()).body == body) }
      }
    }

    @Test("a backlog of connections is worked off")
    func backlog() async throws {
      try await withServer { server in
        let peers = try (0..<200).map { _ in try server.connect() }
        try await onThread {
          for peer in peers { try peer.sendNow(Bytes.request()) }
          for peer in peers { #expect(try peer.answerNow().status == 200) }
        }
      }
    }
  }
}
