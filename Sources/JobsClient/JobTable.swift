/// A page of jobs for people, or for other programs.
public struct JobTable: Sendable {
  /// `nil`: columns are divided by tabs, and nothing is cut off.
  private let columns: Int?

  public init(columns: Int?) {
    self.columns = columns
  }

  public func lines(of entries: [JobPage.Entry]) -> [String] {
    guard let columns else {
      return entries.map { entry in
        (["\(entry.id)", entry.status, entry.amount] + entry.products).map(PrintableText.text).joined(separator: "\t")
      }
    }
    let ids = entries.map { "\($0.id)".count }.max() ?? 0
    let amounts = min(entries.map(\.amount.count).max() ?? 0, 24)
    return entries.map { entry in
      let start = [
        toTheRight("\(entry.id)", ids), toTheLeft(PrintableText.text(entry.status), 9),
        toTheRight(entry.amount, amounts),
      ]
      let products = entry.products.map(PrintableText.text).joined(separator: ", ")
      return PrintableText.fitting(start.joined(separator: "  ") + "  " + products, columns)
    }
  }

  private func toTheRight(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func toTheLeft(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
