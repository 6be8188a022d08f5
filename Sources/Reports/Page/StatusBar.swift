/// One bar, divided as the orders are among their statuses.
enum StatusBar {
  private static let width = 3600

  static func svg(_ shares: [(name: String, orders: Int)], total: Int) -> String {
    var passed = 0
    let parts = shares.filter { $0.orders > 0 }.map { name, orders in
      let begin = passed * width / max(1, total)
      passed += orders
      let end = passed * width / max(1, total)
      return """
        <rect class="\(name)" x="\(begin)" width="\(max(8, end - begin))" height="140"><title>\(name): \
        \(Grouped.text(orders))</title></rect>
        """
    }
    let text = shares.map { "\($0.name) \(Grouped.text($0.orders))" }.joined(separator: ", ")
    return """
      <svg class="statuses" viewBox="0 0 \(width) 140" preserveAspectRatio="none" role="img" aria-labelledby="status-title status-text">
      <title id="status-title">Orders by status</title>
      <desc id="status-text">\(text)</desc>
      <rect class="nothing" width="\(width)" height="140"/>
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }
}
