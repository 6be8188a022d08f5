import JobsHTTP
import StrictJSON

extension JSON {
  var names: [String] {
    guard case .object(let members) = self else { return [] }
    return members.map(\.name)
  }

  var elements: [JSON] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let value): String(value)
    default: nil
    }
  }
}
