/// Looks for CR LF `--` boundary in pieces of any size. Each byte is looked at twice at most: a CR begins the delimiter and
/// occurs nowhere else in it, so that a match which fails leaves nothing to look at again.
struct DelimiterSearch {
  enum Found {
    /// Bytes before a delimiter or its beginning, at these positions of the piece.
    case bytes(Range<Int>)
    /// Bytes of earlier pieces that turned out to be no delimiter.
    case held(ArraySlice<UInt8>)
    case delimiter
    /// The piece is used up.
    case nothing
  }

  private let delimiter: [UInt8]
  /// The number of the delimiter's bytes that the input so far ends with.
  private var matched = 2
  /// The number of those that no event owes: the CR LF of the line before.
  private var owedFrom = 2

  init(_ boundary: MultipartBoundary) {
    delimiter = Array("\r\n--".utf8) + boundary.bytes
  }

  /// What comes next is at the beginning of a line, where a delimiter needs no CR LF of its own.
  mutating func beginLine() {
    (matched, owedFrom) = (2, 2)
  }

  /// Whether ``next(in:from:)`` has only to say that there is a delimiter, and needs no bytes for it.
  var hasFound: Bool { matched == delimiter.count }

  /// Goes on at `position`, and moves it behind what was found.
  mutating func next(in piece: Span<UInt8>, from position: inout Int) -> Found {
    if matched > 0 {
      match(in: piece, from: &position)
      if hasFound {
        (matched, owedFrom) = (0, 0)
        return .delimiter
      }
      if position == piece.count { return .nothing }
      let held = delimiter[owedFrom..<matched]
      (matched, owedFrom) = (0, 0)
      if !held.isEmpty { return .held(held) }
    }
    let start = position
    var end = position
    repeat {
      matched = 0
      end = piece.firstCandidate(from: position)
      position = end
      match(in: piece, from: &position)
    } while !hasFound && position < piece.count
    return end > start ? .bytes(start..<end) : next(in: piece, from: &position)
  }

  private mutating func match(in piece: Span<UInt8>, from position: inout Int) {
    var (index, end) = (matched, position)
    while index < delimiter.count, end < piece.count, piece[end] == delimiter[index] {
      index += 1
      end += 1
    }
    (matched, position) = (index, end)
  }
}

extension Span<UInt8> {
  /// The position of the first CR at or behind `start` that LF and a hyphen follow, as far as there are bytes, or the end.
  fileprivate func firstCandidate(from start: Int) -> Int {
    var position = first(0x0D, from: start)
    while position + 1 < count {
      let next = self[position + 1]
      if next == 0x0A {
        guard position + 2 < count, self[position + 2] != UInt8(ascii: "-") else { return position }
      }
      position = next == 0x0D ? position + 1 : first(0x0D, from: position + 2)
    }
    return position
  }
}
