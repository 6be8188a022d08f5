/// A page of jobs for people, or for other programs.
public struct JobTable: Sendable {
  /// `nil`: columns are divided by tabs, and nothing is cut off.
  private let columns: Int?

  public init(columns: Int?) {
    self.columns = columns
  }

  /// A line for each entry. `statuses` says how far jobs are that aren't of the kind `order`; what it lacks is a `-`.
  public func lines(of entries: [JobPage.Entry], _ statuses: [Int64: StatusDocument] = [:]) -> [String] {
    let rows = entries.map { row(of: $0, statuses[$0.id]) }
    guard let columns else {
      return rows.map { ($0.cells.map(\.text) + $0.rest).map(PrintableText.text).joined(separator: "\t") }
    }
    let widths = rows.reduce(into: [Int]()) { widths, row in
      for (index, cell) in row.cells.enumerated() {
        let width = min(cell.text.count, Cell.widest)
        if index < widths.count { widths[index] = max(widths[index], width) } else { widths.append(width) }
      }
    }
    return rows.map { row in
      let start = zip(row.cells, widths).map { $0.padded(to: $1) }
      let rest = row.rest.map(PrintableText.text).joined(separator: row.separator)
      return PrintableText.fitting((start + [rest]).joined(separator: "  "), columns)
    }
  }

  /// Cells that stand under each other, and what follows them.
  private struct Row {
    var cells: [Cell]
    var rest: [String]
    var separator = "  "
  }

  private struct Cell {
    static let widest = 24
    let text: String
    var isNumber = false

    func padded(to width: Int) -> String {
      let printable = PrintableText.text(text)
      let blanks = String(repeating: " ", count: max(0, width - printable.count))
      return isNumber ? blanks + printable : printable + blanks
    }
  }

  private func row(of entry: JobPage.Entry, _ document: StatusDocument?) -> Row {
    let id = Cell(text: "\(entry.id)", isNumber: true)
    let status = Cell(text: columns == nil ? entry.status : entry.status + Self.toNine(entry.status))
    switch entry.details {
    case .products(let products, let amount):
      return Row(cells: [id, status, Cell(text: amount, isNumber: true)], rest: products, separator: ", ")
    case .input(let properties):
      let percent = Cell(text: document.map { "\($0.percent)%" } ?? "-", isNumber: true)
      let created = Cell(text: document?.createdAt.map(date) ?? "-")
      return Row(cells: [id, status, percent, created], rest: properties.map { "\($0.name)=\($0.value)" })
    case .match(let page, let snippet):
      let words = snippet.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let page = page.map { columns == nil ? "\($0)" : "page \($0)" } ?? "-"
      return Row(cells: [id, Cell(text: page, isNumber: columns != nil)], rest: [words])
    }
  }

  /// Status words are given the same room on every page.
  private static func toNine(_ status: String) -> String {
    String(repeating: " ", count: max(0, 9 - status.count))
  }

  /// `2026-11-24 00:51Z` of `2026-11-24T00:51:44.653Z`, in a terminal.
  private func date(_ time: String) -> String {
    guard columns != nil, time.utf8.count >= 16, time.hasSuffix("Z") else { return time }
    return time.prefix(16).replacing("T", with: " ") + "Z"
  }
}
