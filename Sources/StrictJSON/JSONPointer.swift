/// The place of a value in a document (RFC 6901).
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  private enum Token: Hashable, Sendable {
    case name(String)
    case index(Int)
  }

  private var tokens: [Token] = []

  /// The whole document.
  public static let root = JSONPointer()

  /// The most Unicode scalars that ``description`` has, with the `…` of one that is cut.
  public static let longestDescription = 256

  public init() {}

  public mutating func append(_ name: String) {
    tokens.append(.name(name))
  }

  public mutating func append(_ index: Int) {
    tokens.append(.index(index))
  }

  /// Removes the last name or index. There must be one.
  public mutating func removeLast() {
    tokens.removeLast()
  }

  public func appending(_ name: String) -> JSONPointer {
    var pointer = self
    pointer.append(name)
    return pointer
  }

  public func appending(_ index: Int) -> JSONPointer {
    var pointer = self
    pointer.append(index)
    return pointer
  }

  /// `/products/0`; empty for the whole document. `~` and `/` in names are `~0` and `~1`. A longer text than
  /// ``longestDescription`` is cut and ends in `…`; names and escapes beyond the cut take no time.
  public var description: String {
    var text = PointerText()
    for token in tokens {
      guard text.append("/") else { break }
      switch token {
      case .index(let index):
        _ = text.append(String(index))
      case .name(let name):
        for scalar in name.unicodeScalars {
          let isTaken =
            switch scalar {
            case "~": text.append("~0")
            case "/": text.append("~1")
            default: text.append(scalar)
            }
          if !isTaken { return text.text }
        }
      }
    }
    return text.text
  }
}

/// A pointer's text up to the longest that is shown. The cut never divides an escape or an index.
private struct PointerText {
  private(set) var text = ""
  private var length = 0
  /// The length in bytes of the part that leaves room for a `…`.
  private var bytesKept = 0
  private var isCut = false

  /// Returns false if the text is cut here. `piece` is ASCII.
  mutating func append(_ piece: String) -> Bool {
    append(count: piece.utf8.count) { $0 += piece }
  }

  mutating func append(_ scalar: Unicode.Scalar) -> Bool {
    append(count: 1) { $0.unicodeScalars.append(scalar) }
  }

  private mutating func append(count: Int, _ add: (inout String) -> Void) -> Bool {
    guard !isCut else { return false }
    guard length + count <= JSONPointer.longestDescription else {
      isCut = true
      text = String(decoding: text.utf8.prefix(bytesKept), as: UTF8.self) + "…"
      return false
    }
    length += count
    add(&text)
    if length < JSONPointer.longestDescription { bytesKept = text.utf8.count }
    return true
  }
}
