/// Reads a `multipart/form-data` body (RFC 7578, RFC 2046) in pieces of any size, strictly. Its time is linear in the body's
/// length. Of the body it keeps only the header that it is reading.
///
///     while let piece = try read() {
///       while let event = try parser.next(in: piece.span) {
///         switch event {
///         case .partBegins(let head): file = try open(head)
///         case .bytes(let range): try file.write(piece[range])
///         case .heldBytes(let bytes): try file.write(bytes)
///         case .partEnds: try file.close()
///         case .bodyEnds: break
///         }
///       }
///     }
///     try parser.finish()
public struct MultipartParser: Sendable {
  /// The most bytes in the header of a part, with the empty line at its end.
  public static let headLimit = 8192
  public static let partLimit = 1000

  /// The number of parts that have begun, the one whose header is being read among them.
  public private(set) var partCount = 0

  private enum State {
    case preamble
    case afterBoundary
    case afterHyphen
    /// Blanks behind a boundary, the last one or not.
    case padding(isLast: Bool)
    case lineEnd(isLast: Bool)
    case head
    case content
    case epilogue
    case failed(MultipartError)
  }

  private var state = State.preamble
  private var search: DelimiterSearch
  private var head: [UInt8] = []
  /// In the piece of ``next(in:)``.
  private var position = 0

  public init(boundary: MultipartBoundary) {
    search = DelimiterSearch(boundary)
  }

  /// The next event in `piece`, or `nil` when the piece is used up. Call with the same piece until it is. An error is thrown
  /// again by each later call.
  public mutating func next(in piece: Span<UInt8>) throws(MultipartError) -> MultipartEvent? {
    if case .failed(let error) = state { throw error }
    do {
      while position < piece.count || search.hasFound {
        if let event = try step(in: piece) { return event }
      }
    } catch {
      state = .failed(error)
      throw error
    }
    position = 0
    return nil
  }

  /// Call when the body has ended and its last piece is used up. A body without its last boundary is cut short.
  public func finish() throws(MultipartError) {
    switch state {
    case .padding(isLast: true), .lineEnd(isLast: true), .epilogue: break
    case .failed(let error): throw error
    case .preamble, .afterBoundary, .afterHyphen, .padding, .lineEnd, .head, .content: throw .cutShort
    }
  }

  private mutating func step(in piece: Span<UInt8>) throws(MultipartError) -> MultipartEvent? {
    switch state {
    case .preamble:
      switch search.next(in: piece, from: &position) {
      case .bytes(let range): try Self.checkLineEnds(of: piece, in: range)
      case .held, .nothing: break
      case .delimiter: state = .afterBoundary
      }
      return nil
    case .content:
      switch search.next(in: piece, from: &position) {
      case .bytes(let range): return .bytes(range)
      case .held(let bytes): return .heldBytes(bytes)
      case .nothing: return nil
      case .delimiter:
        state = .afterBoundary
        return .partEnds
      }
    case .epilogue:
      position = piece.count
      return nil
    case .failed: return nil
    case .head: return try takeHead(in: piece)
    case .padding where piece[position].isBlank:
      while position < piece.count, piece[position].isBlank { position += 1 }
      return nil
    case .afterBoundary, .afterHyphen, .padding, .lineEnd:
      position += 1
      return try takeDelimiterLine(piece[position - 1])
    }
  }

  /// Behind an LF alone a boundary would go unseen, and its part with it. A CR before `range` would have been held back.
  private static func checkLineEnds(of piece: Span<UInt8>, in range: Range<Int>) throws(MultipartError) {
    var position = piece.first(0x0A, from: range.lowerBound)
    while position < range.upperBound {
      guard position > range.lowerBound, piece[position - 1] == 0x0D else { throw .bareLineEnd }
      position = piece.first(0x0A, from: position + 1)
    }
  }

  /// Takes a byte between a boundary and the end of its line.
  private mutating func takeDelimiterLine(_ byte: UInt8) throws(MultipartError) -> MultipartEvent? {
    switch (state, byte) {
    case (.afterBoundary, UInt8(ascii: "-")):
      state = .afterHyphen
    case (.afterHyphen, UInt8(ascii: "-")):
      state = .padding(isLast: true)
      return .bodyEnds
    case (.afterBoundary, 0x20), (.afterBoundary, 0x09):
      state = .padding(isLast: false)
    case (.afterBoundary, 0x0D): state = .lineEnd(isLast: false)
    case (.padding(let isLast), 0x0D): state = .lineEnd(isLast: isLast)
    case (.lineEnd(isLast: true), 0x0A): state = .epilogue
    case (.lineEnd(isLast: false), 0x0A):
      guard partCount < Self.partLimit else { throw .tooManyParts }
      partCount += 1
      head.removeAll(keepingCapacity: true)
      state = .head
    case (.lineEnd, _), (_, 0x0A): throw .bareLineEnd
    default: throw .badDelimiter
    }
    return nil
  }

  private mutating func takeHead(in piece: Span<UInt8>) throws(MultipartError) -> MultipartEvent? {
    let start = position
    position = piece.first(0x0A, from: start)
    let isLineEnd = position < piece.count
    if isLineEnd { position += 1 }
    guard head.count + position - start <= Self.headLimit else { throw .headTooLong }
    piece.extracting(start..<position).withUnsafeBufferPointer { head.append(contentsOf: $0) }
    guard isLineEnd else { return nil }
    let end = head.count - 2
    guard end >= 0, head[end] == 0x0D else { throw .bareLineEnd }
    guard end == 0 || head[end - 1] == 0x0A else { return nil }
    state = .content
    search.beginLine()
    return .partBegins(try PartHead(lines: head))
  }
}
