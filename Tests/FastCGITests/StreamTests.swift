import HTTPTypes
import Logging
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("streams")
  struct StreamTests {
    typealias Bytes = RecordBytes
    typealias Source = AsyncThrowingStream<[UInt8], any Error>

    static func response(_ source: Source) -> Response {
      Response(status: .ok, headerFields: [.contentType: "text/event-stream"], body: .stream(source))
    }

    @Test("each chunk is sent as it comes, and an empty one is nothing")
    func flushed() async throws {
      let (source, sink) = Source.makeStream()
      let handler: Server.Handler = { _ in Self.response(source) }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.request())
        let head = try #require(try await peer.record())
        #expect(
          String(decoding: head.content, as: UTF8.self).hasPrefix("Status: 200 OK\r\nContent-Type: text/event-stream"))
        for text in ["one", "two", "three"] {
          sink.yield([])
          sink.yield(Array(text.utf8))
          let record = try #require(try await peer.record())
          #expect(record.type == 6)
          #expect(String(decoding: record.content, as: UTF8.self) == text)
          try await server.connect().send(Bytes.begin())
        }
        sink.finish()
        #expect(try await peer.record()?.content == [])
        #expect(try await peer.record()?.type == 3)
      }
    }

    @Test("a chunk of any length arrives whole")
    func longChunks() async throws {
      let lengths = [1, 65_535, 65_536, 1_000_000]
      let handler: Server.Handler = { _ in
        Self.response(
          Source { sink in
            for length in lengths { sink.yield(.init(repeating: 7, count: length)) }
            sink.finish()
          })
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        for _ in 0..<3 { #expect(try await peer.ask(Bytes.request()).body.count == lengths.reduce(0, +)) }
      }
    }

    @Test("a stream that throws ends the connection without END_REQUEST")
    func throwing() async throws {
      let handler: Server.Handler = { request in
        if request.target == "/honest" { return await echo(request) }
        return Self.response(
          Source { sink in
            sink.yield([1, 2, 3])
            sink.finish(throwing: PeerError(description: "on purpose"))
          })
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.request())
        while let record = try await peer.record() { #expect(record.type == 6 && !record.content.isEmpty) }
        try await server.answersHonestly()
      }
    }

    @Test("a client that leaves ends its stream at once, whether that waits or sends", arguments: [false, true])
    func leaves(_ sends: Bool) async throws {
      let (ended, chunks) = (Counter(), sends ? 1000 : 1)
      let handler: Server.Handler = { request in
        if request.target == "/honest" { return await echo(request) }
        return Self.response(
          Source { sink in
            sink.onTermination = { _ in ended.add() }
            for _ in 0..<chunks { sink.yield(.init(repeating: 1, count: 10_000)) }
          })
      }
      try await withServer(handler: handler) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.request())
        _ = try await peer.record()
        peer.hangUp()
        try await eventually("the stream is over") { ended.value == 1 }
        try await eventually("closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }

    @Test("a stream cut off by a drain's limit doesn't look whole")
    func cutOff() async throws {
      let (source, sink) = Source.makeStream()
      let server = try ServerUnderTest(
        .with { $0.drainLimit = .milliseconds(100) }, handler: { _ in Self.response(source) })
      let peer = try server.connect()
      try await peer.send(Bytes.request())
      _ = try await peer.record()
      sink.yield([1])
      _ = try await peer.record()
      server.beginDrain()
      #expect(try await peer.rest().isEmpty)
      try await server.stop()
    }

    @Test("a stream that a drain ends is the last answer on its connection")
    func drained() async throws {
      let (source, sink) = Source.makeStream()
      let server = try ServerUnderTest(
        onDrain: {
          sink.yield(Array("retry: 1000\n\n".utf8))
          sink.finish()
        }, handler: { _ in Self.response(source) })
      let peer = try server.connect()
      try await peer.send(Bytes.request())
      _ = try await peer.record()
      server.beginDrain()
      let bytes = try await peer.rest()
      #expect(
        bytes.suffix(16) == [1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].suffix(8) + [1, 6, 0, 1, 0, 0, 0, 0])
      try await server.stop()
    }
  }
}
