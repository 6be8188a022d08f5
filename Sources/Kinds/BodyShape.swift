public import StrictJSON

/// Takes a body apart and notes every violation on the way.
///
///     var shape = BodyShape(body, members: ["file", "algorithm"])
///     let file = shape.string("file", upTo: 200)
///     let algorithm = shape.string("algorithm", upTo: 20)
///     try shape.check()
public struct BodyShape {
  private var members: [JSON.Member] = []
  private let isObject: Bool
  private var faults = InvalidBody()

  /// The first of what was noted.
  public var violations: [InvalidBody.Violation] { faults.violations }

  /// The body has to be an object; a member not among `known` is a violation. Repeated members are refused by the API
  /// itself, for every kind and at every depth.
  public init(_ body: JSON, members known: [String]) {
    guard case .object(let members) = body else {
      isObject = false
      refuse(.root, "The body must be a JSON object.")
      return
    }
    isObject = true
    for member in members {
      if known.contains(where: {
        $0.utf8.count == member.name.utf8.count && $0.utf8.elementsEqual(member.name.utf8)
      }) {
        self.members.append(member)
      } else {
        refuse(JSONPointer.root.appending(member.name), "This member is not known here.")
      }
    }
  }

  /// The member of that name; a missing one is a violation.
  public mutating func required(_ name: String) -> JSON? {
    if let value = optional(name) { return value }
    if isObject { refuse(JSONPointer.root.appending(name), "This member is missing.") }
    return nil
  }

  public func optional(_ name: String) -> JSON? {
    members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// The required member `name`, a string of 1 to `limit` Unicode scalars. Empty where that is violated.
  public mutating func string(_ name: String, upTo limit: Int) -> String {
    guard let value = required(name) else { return "" }
    return string(value, at: JSONPointer.root.appending(name), upTo: limit)
  }

  /// `value` as a string of 1 to `limit` Unicode scalars. Empty where that is violated.
  public mutating func string(_ value: JSON, at pointer: JSONPointer, upTo limit: Int) -> String {
    guard case .string(let text) = value else {
      refuse(pointer, "This must be a string.")
      return ""
    }
    // A scalar takes one byte at least, so short texts need no counting.
    if text.isEmpty {
      refuse(pointer, "This must not be empty.")
    } else if text.utf8.count > limit, text.unicodeScalars.count > limit {
      refuse(pointer, "This must have at most \(limit) characters.")
    }
    return text
  }

  /// Notes a violation. The first ``InvalidBody/mostViolations`` are kept.
  public mutating func refuse(_ pointer: @autoclosure () -> JSONPointer, _ detail: @autoclosure () -> String) {
    faults.add(pointer(), detail())
  }

  /// Throws what was noted so far.
  public func check() throws(InvalidBody) {
    if !faults.isEmpty { throw faults }
  }
}
