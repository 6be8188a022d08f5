import Testing

@testable import JobsClient

@Suite("An event parser")
struct EventParserTests {
  private static let stream =
    "retry: 250\n: order 3\nid: s-7\ndata: {\"id\":3}\n\nevent: expired\nid: s-9\ndata: a\ndata: b\n\n"

  @Test("reads the same events however the bytes are cut")
  func cuts() {
    for size in 1...Self.stream.utf8.count {
      var parser = EventParser()
      var events: [EventParser.Event] = []
      var rest = Array(Self.stream.utf8)[...]
      while !rest.isEmpty {
        events += parser.read(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(
        events == [.init(type: "message", data: "{\"id\":3}"), .init(type: "expired", data: "a\nb")],
        "pieces of \(size)")
      #expect(parser.lastEventID == "s-9")
      #expect(parser.retry == 250)
    }
  }

  @Test("takes every kind of line end, and blanks only where the standard does")
  func lineEnds() {
    for end in ["\n", "\r", "\r\n"] {
      var parser = EventParser()
      let text = ["\u{FEFF}data:x", "data", "data:  y", "", ""].joined(separator: end)
      #expect(parser.read(text.utf8) == [.init(type: "message", data: "x\n\n y")], "\(end.debugDescription)")
    }
  }

  @Test("remembers an id when its event is whole, ignores one with NUL, and forgets half events when a stream ends")
  func ids() {
    var parser = EventParser()
    #expect(parser.read("id: s-1\n".utf8) == [])
    #expect(parser.lastEventID == nil)
    #expect(parser.read("\n".utf8) == [])
    #expect(parser.lastEventID == "s-1")
    #expect(parser.read("id: s\u{0}2\ndata: x\n\n".utf8) == [.init(type: "message", data: "x")])
    #expect(parser.lastEventID == "s-1")
    #expect(parser.read("id: s-3\ndata: half".utf8) == [])
    parser.streamEnded()
    #expect(parser.read("data: whole\n\n".utf8) == [.init(type: "message", data: "whole")])
    #expect(parser.lastEventID == "s-1")
  }

  @Test("reads no line and no event that has no end, nor an id that no server would take back")
  func endless() {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    for line in ["", "data: ", ": ", "event: "] {
      var parser = EventParser()
      _ = parser.read(line.utf8)
      var pieces = 0
      while !parser.isTooLong, pieces < 100 {
        #expect(parser.read(piece) == [])
        pieces += 1
      }
      #expect(pieces == 16 || pieces == 17, "\(pieces)")
      #expect(parser.read("\ndata: a\n\n".utf8) == [])
      parser.streamEnded()
      #expect(parser.read("data: a\n\n".utf8) == [.init(type: "message", data: "a")])
    }
    var lines = EventParser()
    for _ in 0..<200_000 where !lines.isTooLong { _ = lines.read("data: 0123456789\n".utf8) }
    #expect(lines.isTooLong)
    var events = EventParser()
    for _ in 0..<200_000 where !events.isTooLong { _ = events.read("data: 0123456789\n\n".utf8) }
    #expect(!events.isTooLong)
    var ids = EventParser()
    _ = ids.read("id: s-1\ndata: x\n\nid: \(String(repeating: "9", count: 1025))\ndata: x\n\n".utf8)
    #expect(ids.lastEventID == "s-1")
  }

  @Test("a retry that is no number changes nothing")
  func retry() {
    var parser = EventParser()
    _ = parser.read("retry: 10\nretry: soon\nretry: -1\nretry: 1.5\n".utf8)
    #expect(parser.retry == 10)
  }
}
