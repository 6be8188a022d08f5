import Multipart

/// What a body says, fed in pieces.
struct MultipartReading: Equatable {
  struct Part: Equatable {
    var head: PartHead
    var bytes: [UInt8] = []
    var isEnded = false
  }

  private(set) var parts: [Part] = []
  private(set) var isEnded = false
  private(set) var error: MultipartError?
  /// The first event that came where it means nothing.
  private(set) var disorder: MultipartEvent?

  init(_ body: [UInt8], _ boundary: MultipartBoundary, in lengths: [Int]) {
    var parser = MultipartParser(boundary: boundary)
    var rest = body[...]
    var turn = 0
    do {
      while !rest.isEmpty {
        // An array of its own, so that AddressSanitizer sees its ends.
        let piece = Array(rest.prefix(lengths[turn % lengths.count]))
        while let event = try parser.next(in: piece.span) { take(event, of: piece) }
        rest = rest.dropFirst(piece.count)
        turn += 1
      }
      try parser.finish()
    } catch {
      self.error = error
    }
  }

  /// Reads the body in pieces of 64 KiB, and keeps nothing.
  static func skip(_ body: [UInt8], _ boundary: MultipartBoundary) {
    var parser = MultipartParser(boundary: boundary)
    do {
      for begin in stride(from: 0, to: body.count, by: 64 << 10) {
        let piece = body.span.extracting(begin..<min(begin + 64 << 10, body.count))
        while try parser.next(in: piece) != nil {}
      }
      try parser.finish()
    } catch {
      // Whether it is one is for ``init(_:_:in:)`` to say.
    }
  }

  private mutating func take(_ event: MultipartEvent, of piece: [UInt8]) {
    let isInPart = parts.last?.isEnded == false
    let isExpected =
      switch event {
      case .partBegins, .bodyEnds: !isInPart
      case .bytes(let range): isInPart && !range.isEmpty
      case .heldBytes(let bytes): isInPart && !bytes.isEmpty
      case .partEnds: isInPart
      }
    guard isExpected, !isEnded else {
      disorder = disorder ?? event
      return
    }
    switch event {
    case .partBegins(let head): parts.append(Part(head: head))
    case .bytes(let range): parts[parts.count - 1].bytes += piece[range]
    case .heldBytes(let bytes): parts[parts.count - 1].bytes += bytes
    case .partEnds: parts[parts.count - 1].isEnded = true
    case .bodyEnds: isEnded = true
    }
  }
}

extension MultipartReading: CustomStringConvertible {
  var description: String {
    let lines = parts.map { part in
      "  \(part.head), \(part.isEnded ? "" : "at least ")\(part.bytes.count) bytes: "
        + String(decoding: part.bytes.prefix(200), as: UTF8.self)
    }
    return (["\(parts.count) parts"] + lines + [error.map { "\($0)" } ?? "a whole body"]).joined(separator: "\n")
  }
}
