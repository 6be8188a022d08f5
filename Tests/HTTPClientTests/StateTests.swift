import Testing

@testable import HTTPClient

@Suite("What a transfer has received")
struct StateTests {
  private func receive(_ count: Int, _ state: inout TransferState) -> Bool {
    [UInt8](repeating: 1, count: count).withUnsafeBytes { state.receive($0) }
  }

  private func text(_ next: (event: TransferEvent, mustResume: Bool)?) -> String {
    switch next?.event {
    case nil: "nothing"
    case .head(let head): "head \(head.status)"
    case .bytes(let bytes): "\(bytes.count) bytes" + (next?.mustResume == true ? ", resume" : "")
    case .end(let error): error.map { "error \($0.code)" } ?? "end"
    }
  }

  @Test("is read in order: head, bytes, end, and the end again")
  func order() {
    var state = TransferState(readAhead: 10)
    #expect(text(state.next()) == "nothing")
    state.receive(ResponseHead(status: 200))
    #expect(receive(3, &state) && receive(7, &state))
    state.end(nil)
    #expect((1...4).map { _ in text(state.next()) } == ["head 200", "10 bytes", "end", "end"])
  }

  @Test("is not more than may wait, one piece aside; reading makes room, and resumes what paused")
  func pause() {
    var state = TransferState(readAhead: 10)
    #expect(receive(16, &state))
    #expect(!state.isPaused)
    #expect(!receive(1, &state))
    #expect(state.isPaused)
    #expect(text(state.next()) == "16 bytes, resume")
    #expect(!state.isPaused)
    #expect(receive(1, &state))
    #expect(text(state.next()) == "1 bytes")
  }

  @Test("is read before the error that ends it, but not where the reader cancels; the first end counts")
  func ends() {
    var state = TransferState(readAhead: 10)
    _ = receive(1, &state)
    state.end(TransferError(.brokenOff))
    state.end(TransferError(.cancelled))
    #expect((1...2).map { _ in text(state.next()) } == ["1 bytes", "error brokenOff"])
    state = TransferState(readAhead: 10)
    _ = receive(1, &state)
    state.end(TransferError(.cancelled))
    #expect(text(state.next()) == "error cancelled")
  }

  @Test(
    "has a head where its lines are one",
    arguments: [
      (["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"], "200 a=b"), (["HTTP/2 204\r\n", "\r\n"], "204"),
      (["HTTP/1.0 404 \r\n", "A:\r\n", "B :  c d \r\n", "\r\n"], "404 a= b =c d"),
      (["HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 200 OK\n", "\n"], "200"),
      (["HTTP/1.1 200 OK\r\n", "A: b\r\n", " c\r\n", "nothing\r\n", "\r\n"], "200 a=b c"),
      (["HTTP/1.1 200 OK\r\n", "\r\n", "A: trailer\r\n"], "200"), (["HTTP/1.1 two\r\n"], "none"), (["\r\n"], "none"),
      (["HTTP/1.1 20 OK\r\n"], "none"), (["SSH-2.0\r\n"], "none"),
    ])
  func heads(lines: [String], expected: String) {
    var reader = HeadReader()
    var found = ""
    for line in lines {
      switch reader.read(Array(line.utf8)) {
      case .more: break
      case .head(let head):
        found += (["\(head.status)"] + head.fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
      case .tooLong, .notHTTP: found = "none"
      }
    }
    #expect(found == expected)
  }
}
