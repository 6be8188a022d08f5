import Jobs

extension Report {
  /// `report.csv` (RFC 4180): one section for each table, each with a header line; an empty line ends a section.
  var csv: [UInt8] {
    var writer = CSVWriter()
    writer.section(["from", "to", "orders", "leftOut"])
    writer.row([.text(period.from), .text(period.to), .integer(total), .integer(leftOut)])
    writer.section(["status", "orders"])
    for status in JobStatus.allCases { writer.row([.text(status.rawValue), .integer(byStatus[status, default: 0])]) }
    writer.section(["day", "orders", "amount"])
    for day in byDay { writer.row([.text(day.date.text), .integer(day.orders), .number(day.amount.text)]) }
    writer.section(amount.figures.map(\.name))
    writer.row(amount.figures.map { .number($0.value?.text ?? "") })
    writer.section(["product", "orders", "amount"])
    for line in products { writer.row([.text(line.product), .integer(line.orders), .number(line.amount.text)]) }
    writer.section(["seconds"] + waiting.figures.map(\.name))
    for (name, seconds) in [("waiting", waiting), ("running", running)] {
      writer.row([.text(name)] + seconds.figures.map { .number($0.value.map(Seconds.text) ?? "") })
    }
    return writer.bytes
  }
}

/// Writes lines of CSV that end in CRLF.
struct CSVWriter {
  enum Cell {
    case text(String)
    /// As it is: digits, a sign, a point.
    case number(String)

    static func integer(_ value: Int) -> Cell { .number(String(value)) }
  }

  private(set) var bytes: [UInt8] = []

  mutating func section(_ names: [String]) {
    if !bytes.isEmpty { bytes += "\r\n".utf8 }
    row(names.map(Cell.text))
  }

  mutating func row(_ cells: [Cell]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch cell {
      case .number(let text): bytes += text.utf8
      case .text(let text): self.text(text)
      }
    }
    bytes += "\r\n".utf8
  }

  /// A spreadsheet takes a cell that begins with one of these for a formula, the full-width ones in some languages; an
  /// apostrophe before it makes it text.
  private static let formulaSigns = Set("=+-@\t\r\n＝＋－＠".unicodeScalars)

  private mutating func text(_ text: String) {
    // A spreadsheet may part lines at semicolons and tabs too, and would take what follows one for a cell of its own.
    let isQuoted = text.utf8.contains { [UInt8](",;\t\"\r\n".utf8).contains($0) }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    if let first = text.unicodeScalars.first, Self.formulaSigns.contains(first) { bytes.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
  }
}
