import StrictJSON

/// The values that `enum` or `const` leave. One is found in time linear in the value, however many there are.
final class Choices: Sendable {
  let values: [JSON]
  let fault: String
  private let set: Set<JSONByValue>

  /// Values beyond so many characters are not listed in ``fault``.
  private static let longestList = 200

  init(_ values: [JSON]) {
    self.values = values
    set = Set(values.map(JSONByValue.init))
    fault = Self.fault(values)
  }

  func contains(_ value: JSON) -> Bool {
    set.contains(JSONByValue(value))
  }

  private static func fault(_ values: [JSON]) -> String {
    if values.count == 1 { return "This must be \(text(of: values[0]))." }
    var list = ""
    for (index, value) in values.enumerated() {
      let next = index == 0 ? text(of: value) : ", " + text(of: value)
      guard list.utf8.count + next.utf8.count <= longestList else {
        return index == 0
          ? "This must be one of \(values.count) values."
          : "This must be one of \(list) and \(values.count - index) more."
      }
      list += next
    }
    return "This must be one of \(list)."
  }

  private static func text(of value: JSON) -> String {
    var writer = JSONWriter(capacity: 16)
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
