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

  /// `/products/0`; empty for the whole document. `~` and `/` in names are `~0` and `~1`.
  public var description: String {
    var text = ""
    for token in tokens {
      text += "/"
      switch token {
      case .index(let index):
        text += String(index)
      case .name(let name):
        for scalar in name.unicodeScalars {
          switch scalar {
          case "~": text += "~0"
          case "/": text += "~1"
          default: text.unicodeScalars.append(scalar)
          }
        }
      }
    }
    return text
  }
}
