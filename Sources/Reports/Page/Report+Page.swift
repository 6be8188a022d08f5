import Jobs

extension Report {
  /// `report.html`: one page with all that it needs in it, without script. Printed it fits on one sheet of A4, in light colours.
  var page: [UInt8] {
    Array(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Orders, \(period.from.escaped) to \(period.to.escaped)</title>
      <style>
      \(PageStyle.text)
      </style>
      </head>
      <body>
      <header>
      <h1>Orders</h1>
      <p>from <strong>\(period.from.escaped)</strong> to <strong>\(period.to.escaped)</strong>, not including it</p>
      </header>
      <main>
      \(keyFigures)
      \(charts)
      <div class="columns">
      <div>
      \(statusTable)
      \(amountTable)
      \(secondsTable)
      </div>
      \(productTable)
      </div>
      </main>
      <footer>
      <p>Amounts, days, products and times are those of complete orders; days are UTC. Percentiles are values that occur \
      (nearest rank).\(leftOutNote)</p>
      </footer>
      </body>
      </html>

      """.utf8)
  }

  private var keyFigures: String {
    let amounts = NumberColumn([amount.sum, amount.median ?? .zero])
    let figures = [
      ("Orders", Grouped.text(total), "of all statuses"),
      ("Complete", Grouped.text(complete), Self.percent(complete, of: total).map { "\($0) of all" } ?? ""),
      ("Sum of amounts", amounts.text(amount.sum), "of complete orders"),
      ("Median amount", amount.median.map(amounts.text) ?? "–", "of complete orders"),
    ]
    let tiles = figures.map { name, value, note -> String in
      let size = value.count > 10 ? " class=\"long\"" : ""
      return "<div><dt>\(name)</dt><dd\(size)>\(value)</dd><dd class=\"note\">\(note)</dd></div>"
    }
    return "<dl class=\"tiles\">\n\(tiles.joined(separator: "\n"))\n</dl>"
  }

  private var charts: String {
    guard let series = DaySeries(byDay) else {
      return "<p class=\"none\">There are no complete orders in this period.</p>"
    }
    let span = series.grouping.word
    return """
      <div class="columns charts">
      \(BarChart(name: "orders", title: "Orders by \(span)", bars: series.bars { Decimal($0.orders) }, isCount: true).svg)
      \(BarChart(name: "amounts", title: "Amount by \(span)", bars: series.bars { $0.amount }, isCount: false).svg)
      </div>
      """
  }

  private var statusTable: String {
    let shares = JobStatus.allCases.map { ($0.rawValue, byStatus[$0, default: 0]) }
    let rows = shares.map { name, orders in
      """
      <tr><th scope="row"><svg class="key \(name)" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2"/></svg>\
      \(name)</th><td>\(Grouped.text(orders))</td><td>\(Self.percent(orders, of: total) ?? "–")</td></tr>
      """
    }
    return """
      <section>
      <h2>By status</h2>
      \(StatusBar.svg(shares, total: total))
      <table>
      <thead><tr><th scope="col">Status</th><th scope="col">Orders</th><th scope="col">Share</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private var amountTable: String {
    let names = [
      "sum": "Sum", "mean": "Mean", "median": "Median", "p90": "90th percentile", "p99": "99th percentile",
      "min": "Minimum", "max": "Maximum",
    ]
    let column = NumberColumn(amount.figures.compactMap { $0.name == "mean" ? nil : $0.value })
    let rows = amount.figures.map { name, value in
      let text = value.map { name == "mean" ? NumberColumn([$0]).text($0) : column.text($0) } ?? "–"
      return "<tr><th scope=\"row\">\(names[name] ?? name)</th><td>\(text)</td></tr>"
    }
    return """
      <section>
      <h2>Amount of an order</h2>
      <table>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private var secondsTable: String {
    let rows = [("Waiting", waiting), ("Running", running)].map { name, seconds in
      let cells = seconds.figures.map { "<td>\($0.value.map(Seconds.text) ?? "–")</td>" }
      return "<tr><th scope=\"row\">\(name)</th>\(cells.joined())</tr>"
    }
    return """
      <section>
      <h2>Seconds</h2>
      <table>
      <thead><tr><th scope="col">Time</th><th scope="col">median</th><th scope="col">p95</th><th scope="col">p99</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private var productTable: String {
    let most = products.map(\.orders).max() ?? 1
    let column = NumberColumn(products.map(\.amount))
    let rows = products.map { line in
      """
      <tr><th scope="row" title="\(line.product.escaped)">\(line.product.escaped)</th>\
      <td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
      <rect class="orders" width="\(max(1, line.orders * 100 / max(1, most)))" height="8"/></svg></td>\
      <td>\(Grouped.text(line.orders))</td><td>\(column.text(line.amount))</td></tr>
      """
    }
    return """
      <section class="products">
      <h2>Products with the most orders</h2>
      <table>
      <thead><tr><th scope="col">Product</th><td></td><th scope="col">Orders</th><th scope="col">Amount</th></tr></thead>
      <tbody>
      \(rows.isEmpty ? "<tr><td colspan=\"4\">–</td></tr>" : rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private var leftOutNote: String {
    switch leftOut {
    case 0: ""
    case 1: " One amount of more than \(ReportCount.mostDigits) digits is not added up."
    default: " \(Grouped.text(leftOut)) amounts of more than \(ReportCount.mostDigits) digits are not added up."
    }
  }

  /// With one digit behind the point; `nil` of nothing.
  private static func percent(_ part: Int, of whole: Int) -> String? {
    guard whole > 0 else { return nil }
    let thousandths = (part * 2000 + whole) / (whole * 2)
    return "\(thousandths / 10).\(thousandths % 10)%"
  }
}

extension String {
  /// As text and in quoted attributes of HTML. What no document may have becomes U+FFFD.
  var escaped: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\t", "\n", "\r": text += " "
      case _ where scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
