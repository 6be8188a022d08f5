import Multipart
import Testing

/// What a body says, however it was cut into pieces.
struct Reading: Equatable {
  struct Part: Equatable {
    var head: PartHead
    var bytes: [UInt8] = []
    var isEnded = false

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  var parts: [Part] = []
  var isEnded = false
  var error: MultipartError?

  /// Feeds `body` in pieces of these lengths, in turn.
  init(_ body: [UInt8], contentType: String = "multipart/form-data; boundary=x", pieces: [Int] = [.max]) throws {
    var parser = MultipartParser(boundary: try MultipartBoundary(contentType: contentType))
    var rest = body[...]
    var turn = 0
    do {
      while !rest.isEmpty {
        // An array of its own: indices are those of the piece, and nothing but the piece is looked at.
        let piece = Array(rest.prefix(pieces[turn % pieces.count]))
        while let event = try parser.next(in: piece.span) { take(event, of: piece) }
        rest = rest.dropFirst(piece.count)
        turn += 1
      }
      try parser.finish()
    } catch {
      self.error = error
    }
  }

  init(_ body: String, boundary: String = "x", pieces: [Int] = [.max]) throws {
    try self.init(Array(body.utf8), contentType: "multipart/form-data; boundary=\(boundary)", pieces: pieces)
  }

  private mutating func take(_ event: MultipartEvent, of piece: [UInt8]) {
    if isEnded { disorder(event) }
    let isInPart = parts.last?.isEnded == false
    switch event {
    case .partBegins(let head):
      if isInPart { disorder(event) }
      parts.append(Part(head: head))
    case .bytes(let range):
      if !isInPart || range.isEmpty { disorder(event) }
      parts[parts.count - 1].bytes += piece[range]
    case .heldBytes(let bytes):
      if !isInPart || bytes.isEmpty { disorder(event) }
      parts[parts.count - 1].bytes += bytes
    case .partEnds:
      if !isInPart { disorder(event) }
      parts[parts.count - 1].isEnded = true
    case .bodyEnds:
      if isInPart { disorder(event) }
      isEnded = true
    }
  }

  private func disorder(_ event: MultipartEvent) {
    Issue.record("out of order: \(event)")
  }
}
