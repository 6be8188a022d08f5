/// The values of `format`.
enum StringFormat: String, CaseIterable, Sendable {
  case date
  case dateTime = "date-time"
  case uri

  /// Takes time linear in the text.
  func admits(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      switch self {
      case .date: DateSyntax.isDate(bytes[...])
      case .dateTime: DateSyntax.isDateTime(bytes[...])
      case .uri: URISyntax.isURI(bytes[...])
      }
    }
  }

  var fault: String {
    switch self {
    case .date: "This must be a date such as 2026-02-28."
    case .dateTime: "This must be a date and a time with an offset, such as 2026-02-28T12:30:00Z."
    case .uri: "This must be an absolute URI such as https://example.org/a."
    }
  }
}
