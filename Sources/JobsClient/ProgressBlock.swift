/// Watched jobs as lines of a terminal, each with a bar.
struct ProgressBlock: Sendable {
  private static let bars = 10...30
  private static let statusColumns = 9

  let style: TerminalStyle
  let columns: Int

  /// One line for each. Where there are more than `rows`, those that have not ended come first, and the last line says
  /// what is missing. Of an endless watch, the newest of those that have ended come first.
  func lines(of jobs: WatchedJobs, rows: Int) -> [ScreenLine] {
    if jobs.isEndless, jobs.open.isEmpty {
      let idle = plain("no job waits or runs (interrupt to stop)")
      return rows > 1 ? bars(of: jobs, rows: rows - 1) + [idle] : [idle]
    }
    return bars(of: jobs, rows: rows)
  }

  private func bars(of jobs: WatchedJobs, rows: Int) -> [ScreenLine] {
    let idColumns = jobs.ids.map { "\($0)".count }.max() ?? 1
    guard jobs.ids.count > rows else { return jobs.ids.map { line($0, of: jobs, idColumns) } }
    let open = Set(jobs.open)
    let ended = jobs.ids.filter { !open.contains($0) }
    let ranked = jobs.ids.filter(open.contains) + (jobs.isEndless ? ended.reversed() : ended)
    let shown = Set(ranked.prefix(max(rows - 1, 0)))
    let rest = ranked.count - shown.count
    let done = ranked.dropFirst(shown.count).count { !open.contains($0) }
    let summary = PrintableText.fitting("and \(rest) more, \(done) of them done", columns - 1)
    return jobs.ids.filter(shown.contains).map { line($0, of: jobs, idColumns) } + [ScreenLine(summary)]
  }

  private func line(_ id: Int64, of jobs: WatchedJobs, _ idColumns: Int) -> ScreenLine {
    let number = String(repeating: " ", count: idColumns - "\(id)".count) + "\(id)  "
    guard let document = jobs.document(of: id) else {
      return plain(number + PrintableText.text(jobs.absence(of: id) ?? "…"))
    }
    let status = document.status.rawValue
    let start = number + status + String(repeating: " ", count: Self.statusColumns - status.count) + "  "
    let percent = "\(document.percent)%"
    let end = String(repeating: " ", count: 5 - percent.count) + percent
    // The last column stays free: some terminals wrap there.
    let room = columns - 1 - start.count - end.count
    guard room >= Self.bars.lowerBound else { return plain(start + percent) }
    let bar = min(max(room / 2, Self.bars.lowerBound), Self.bars.upperBound)
    let hasRemark = !document.remark.isEmpty && room - bar >= 4
    let remark = hasRemark ? "  " + PrintableText.fitting(document.remark, room - bar - 2) : ""
    let text = start + style.coloured(style.bar(percent: document.percent, columns: bar), document.status.colour)
    return ScreenLine(
      text + end + remark, width: start.count + bar + end.count + PrintableText.width(remark))
  }

  private func plain(_ text: String) -> ScreenLine {
    ScreenLine(PrintableText.fitting(text, columns - 1))
  }
}

extension StatusDocument.Status {
  fileprivate var colour: TerminalStyle.Colour? {
    switch self {
    case .started: nil
    case .running: .cyan
    case .complete: .green
    case .failed: .red
    case .cancelled: .yellow
    }
  }
}
