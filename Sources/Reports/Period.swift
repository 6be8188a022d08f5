import Jobs
import Kinds
import StrictJSON

/// The time that a report is about: from its begin on, and before its end.
struct Period: Hashable, Sendable {
  /// As the client wrote them.
  let (from, to): (String, String)
  let (begin, end): (Timestamp, Timestamp)

  static let schema = """
    {
      "type": "object", "required": ["from", "to"],
      "properties": {
        "from": {
          "type": "string", "maxLength": 64, "examples": ["2026-11-01", "2026-11-01T08:00:00+01:00"],
          "description": "The first moment: a date, which begins in UTC, or a date and time with an offset (RFC 3339)."
        },
        "to": {
          "type": "string", "maxLength": 64, "examples": ["2026-12-01"],
          "description": "The first moment after it, in the same forms: with a date that day is not part of it."
        }
      }
    }
    """

  /// Throws what is wrong with a body that the schema accepts.
  init(_ body: JSON) throws(InvalidBody) {
    var faults = InvalidBody()
    let (from, begin) = Self.moment("from", in: body, &faults)
    let (to, end) = Self.moment("to", in: body, &faults)
    if let begin, let end, begin >= end { faults.add(JSONPointer.root.appending("from"), "This must be before to.") }
    guard faults.isEmpty, let begin, let end else { throw faults }
    (self.from, self.to, self.begin, self.end) = (from, to, begin, end)
  }

  private static func moment(_ name: String, in body: JSON, _ faults: inout InvalidBody) -> (String, Timestamp?) {
    let text = body[name]?.string ?? ""
    let moment = DateSyntax.moment(text)
    if moment == nil {
      faults.add(
        JSONPointer.root.appending(name),
        "This must be a date such as 2026-11-01, or a date and a time with an offset such as 2026-11-01T12:30:00Z.")
    }
    return (text, moment)
  }

  func contains(_ moment: Timestamp) -> Bool { begin <= moment && moment < end }
}

extension Timestamp {
  /// Days since 1 January 1970 in UTC.
  var day: Int { Int(milliseconds.flooringQuotient(by: 86_400_000)) }
}

extension CivilDate {
  /// `2026-11-01`.
  var text: String {
    func padded(_ number: Int, _ count: Int) -> String {
      let digits = String(number.magnitude)
      return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
