/// The place of a value in a document (RFC 6901).
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  private enum Token: Hashable, Sendable {
    case name(String)
    case index(Int)
  }

  private var tokens: [Token] = []

  public static let root = JSONPointer()

  public init() {}

  public mutating func append(_ name: String) {
    tokens.append(.name(name))
  }

  public mutating func append(_ index: Int) {
    tokens.append(.index(index))
  }

  mutating func removeLast() {
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

  /// `/products/0`; empty for the whole document. `~` and `/` in names are `~0` and `~1`. One of more than
  /// ``Quotation/longest`` characters ends with a `…` between two of them, and takes no more time than that.
  public var description: String {
    var text = QuotedPointer()
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

/// A pointer's text as far as it is shown. An escape or an index is all there, or not at all.
private struct QuotedPointer {
  private(set) var text = ""
  private var length = 0
  /// So many bytes of it leave room for a `…`.
  private var bytesKept = 0
  private var isCut = false

  /// False where it is at its end. `piece` is ASCII.
  mutating func append(_ piece: String) -> Bool {
    append(count: piece.utf8.count) { $0 += piece }
  }

  mutating func append(_ scalar: Unicode.Scalar) -> Bool {
    append(count: 1) { $0.unicodeScalars.append(scalar) }
  }

  private mutating func append(count: Int, _ add: (inout String) -> Void) -> Bool {
    guard !isCut else { return false }
    guard length + count <= Quotation.longest else {
      isCut = true
      text = String(decoding: text.utf8.prefix(bytesKept), as: UTF8.self) + "…"
      return false
    }
    length += count
    add(&text)
    if length < Quotation.longest { bytesKept = text.utf8.count }
    return true
  }
}
