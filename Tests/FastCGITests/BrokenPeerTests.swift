import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  /// Each does its worst, and then the next honest request is answered.
  @Suite("peers that break the protocol or leave")
  struct BrokenPeerTests {
    typealias Bytes = RecordBytes

    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let bytes: [UInt8]

      init(_ name: String, _ bytes: [UInt8]) {
        (testDescription, self.bytes) = (name, bytes)
      }
    }

    static let refused = [
      Case("garbage", (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 137 &+ 91) }),
      Case("HTTP text", Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
      Case("version 2", Bytes.record(1, [0, 1, 0, 0, 0, 0, 0, 0], version: 2) + Bytes.request()),
      Case("role 2", Bytes.begin(role: 2) + Bytes.stream(4, []) + Bytes.stream(5, [])),
      Case("role 3", Bytes.begin(role: 3) + Bytes.stream(4, []) + Bytes.stream(5, [])),
      Case("id 0", Bytes.begin(id: 0) + Bytes.stream(4, []) + Bytes.stream(5, [])),
      Case("a second BEGIN", Bytes.begin() + Bytes.begin(id: 2) + Bytes.stream(4, []) + Bytes.stream(5, [])),
      Case("a record as padding of BEGIN", Bytes.forged(1, [0, 1, 1, 0, 0, 0, 0, 0]) + Bytes.stream(4, [])),
      Case("a record as padding behind the parameters", Bytes.begin() + Bytes.forged(4) + Bytes.stream(5, [])),
      Case("GET_VALUES", Bytes.getValues + Bytes.request()),
      Case("a name length of 0x40000000", Bytes.begin() + Bytes.record(4, [0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
      Case("a value beyond the end", Bytes.begin() + Bytes.stream(4, [1, 200, 0x41]) + Bytes.stream(5, [])),
      Case("ABORT_REQUEST in the parameters", Bytes.begin() + Bytes.record(4, Bytes.pair("A", "b")) + Bytes.abort()),
      Case("ABORT_REQUEST in STDIN", Bytes.head("POST", contentLength: "9") + Bytes.record(5, [1, 2]) + Bytes.abort()),
    ]

    @Test("is refused: its connection ends without an answer", arguments: refused)
    func refusal(_ example: Case) async throws {
      let served = Counter()
      let handler: Server.Handler = { request in
        served.add()
        return await echo(request)
      }
      try await withServer(.brief { $0.readLimit = .seconds(60) }, handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(example.bytes)
        #expect(try await peer.rest().isEmpty)
        #expect(served.value == 0)
        try await server.answersHonestly()
      }
    }

    @Test("is refused also when its bytes come in two parts", arguments: refused)
    func refusalInParts(_ example: Case) async throws {
      try await withServer(.brief { $0.readLimit = .seconds(60) }) { server in
        for cut in [1, 7, 8, 12, 16, 24, 30] where cut < example.bytes.count {
          let peer = try server.connect()
          try await peer.send(Array(example.bytes.prefix(cut)))
          try? await peer.send(Array(example.bytes.dropFirst(cut)))
          #expect(try await peer.rest().isEmpty)
        }
        try await server.answersHonestly()
      }
    }

    @Test("a request with a method that is none is answered with 400")
    func noMethod() async throws {
      try await withServer { server in
        let peer = try server.connect()
        #expect(try await peer.ask(Bytes.request("GE T")).status == 400)
        #expect(try await peer.ask(Bytes.begin() + Bytes.stream(4, []) + Bytes.stream(5, [])).status == 400)
        #expect(try await peer.ask(Bytes.request()).status == 200)
      }
    }

    static let body = Bytes.head("POST", contentLength: "100000")
    static let halves = [
      Case("with nothing sent", []),
      Case("in the first header", Array(Bytes.begin().prefix(4))),
      Case("in BEGIN_REQUEST", Array(Bytes.begin().prefix(12))),
      Case("after BEGIN_REQUEST", Bytes.begin()),
      Case("in the parameters", Array(Bytes.head().prefix(30))),
      Case("before STDIN", Bytes.head()),
      Case("in STDIN", Bytes.head("POST", contentLength: "9") + Bytes.record(5, [1, 2])),
      Case(
        "in a long STDIN", body + Bytes.record(5, .init(repeating: 1, count: 65_535)) + [1, 5, 0, 1, 0x80, 0, 0, 0, 7]),
    ]

    @Test("a peer that closes frees its connection at once", arguments: halves, [true, false])
    func closes(_ example: Case, isSeenFirst: Bool) async throws {
      let served = Counter()
      let handler: Server.Handler = { request in
        served.add()
        return await echo(request)
      }
      try await withServer(.brief { $0.readLimit = .seconds(60) }, handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(example.bytes)
        if isSeenFirst { try await server.answersHonestly() }
        peer.hangUp()
        try await server.answersHonestly()
        try await eventually("its connection is closed") { server.openConnections == 0 }
        #expect(served.value == (isSeenFirst ? 2 : 1))
      }
    }

    @Test("a peer that closes after each further byte frees its connection at once")
    func closesInSteps() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(60) }) { server in
        let bytes = Bytes.request("POST", "/", body: [1, 2, 3])
        try await onThread {
          for count in 0..<bytes.count {
            let peer = try server.connect()
            for byte in bytes.prefix(count) { try peer.sendNow([byte]) }
            peer.hangUp()
          }
        }
        try await eventually("all are closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }

    @Test("half-close in the middle of a request ends the connection")
    func halfClose() async throws {
      try await withServer(.brief { $0.readLimit = .seconds(60) }) { server in
        for part in [Bytes.begin(), Bytes.head(), Bytes.head("POST", contentLength: "5") + Bytes.record(5, [1])] {
          let peer = try server.connect()
          try await peer.send(part)
          peer.halfClose()
          #expect(try await peer.rest().isEmpty)
        }
        try await server.answersHonestly()
      }
    }

    @Test("half-close after a whole request is taken for a leave: no answer, or a whole one")
    func halfCloseAfterRequest() async throws {
      try await withServer { server in
        for _ in 0..<200 {
          let peer = try server.connect()
          try await peer.send(Bytes.request())
          peer.halfClose()
          let bytes = try await peer.rest()
          #expect(bytes.isEmpty || bytes.count > 24)
        }
        try await eventually("all are closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }

    @Test("descriptors are reused at once, and everyone gets the answer to their own request")
    func descriptorReuse() async throws {
      let handler: Server.Handler = { request in
        if request.target.hasSuffix("3") { await Task.yield() }
        return await echo(request)
      }
      try await withServer(handler: handler) { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for lane in 0..<4 {
            group.addTask {
              try await onThread {
                for number in 0..<500 {
                  let target = "/\(lane)/\(number)"
                  let peer = try server.connect()
                  switch number % 5 {
                  case 0: try? peer.sendNow(Self.refused[number / 5 % Self.refused.count].bytes)
                  case 1: try peer.sendNow(Array(Bytes.head().prefix(number % 40)))
                  case 2:
                    try peer.sendNow(Bytes.request("GET", target))
                    peer.hangUp()
                  default:
                    try peer.sendNow(Bytes.request("GET", target, keeps: number % 2 == 0))
                    #expect(try peer.answerNow().text == "GET \(target) 0")
                  }
                }
              }
            }
          }
          try await group.waitForAll()
        }
        try await eventually("all are closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }
  }
}
