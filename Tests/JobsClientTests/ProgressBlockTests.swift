import Testing

@testable import JobsClient

@Suite("Bars")
struct ProgressBlockTests {
  private let plain = TerminalStyle(hasColour: false, isUnicode: false)

  private func jobs(_ documents: [StatusDocument]) -> WatchedJobs {
    var jobs = WatchedJobs(documents.map(\.id))
    for document in documents { _ = jobs.hear(document) }
    return jobs
  }

  @Test("stand under each other, with what there is to say behind them")
  func texts() throws {
    let block = ProgressBlock(style: plain, columns: 70)
    let lines = block.lines(
      of: jobs([try document(9, "running", 40, step: "users"), try document(10, "complete", 100)]), rows: 10)
    #expect(
      lines.map(\.text)
        == [
          " 9  running    #########---------------  40%  users 2/5",
          "10  complete   ######################## 100%",
        ])
  }

  @Test("fit whatever the terminal's width is, with colours and pictures too", arguments: 1...130)
  func widths(_ columns: Int) throws {
    for style in [plain, TerminalStyle(hasColour: true, isUnicode: true)] {
      var jobs = jobs([
        try document(1, "running", 33, step: "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"),
        try document(
          1_234_567, "failed", 0, more: #","error":{"code":"a","detail":"It went wrong in a very long way."}"#),
      ])
      _ = jobs.miss(1_234_567, "")
      for line in ProgressBlock(style: style, columns: columns).lines(of: jobs, rows: 5) {
        let visible = line.text.replacing(/\u{1B}\[[0-9]+m/, with: "")
        #expect(PrintableText.width(visible) == line.width)
        #expect(line.width < max(columns, 2))
        #expect(!visible.unicodeScalars.contains { $0.properties.generalCategory == .control })
        if !style.hasColour { #expect(visible == line.text) }
      }
    }
  }

  @Test("that don't fit under each other leave out what has ended first, and say how many they are")
  func rows() throws {
    let many = jobs(try (1...20).map { try document($0, $0.isMultiple(of: 2) ? "running" : "complete", 50) })
    let lines = ProgressBlock(style: plain, columns: 80).lines(of: many, rows: 8)
    #expect(lines.count == 8)
    #expect(lines.dropLast().allSatisfy { $0.text.contains("running") })
    #expect(lines.last?.text == "and 13 more, 10 of them done")
  }

  @Test("of a whole kind say where none is open, and leave out the oldest that have ended")
  func endless() throws {
    var jobs = WatchedJobs.all
    let block = ProgressBlock(style: plain, columns: 60)
    #expect(block.lines(of: jobs, rows: 8).map(\.text) == ["no job waits or runs (interrupt to stop)"])
    for id in 1...9 { _ = jobs.hear(try document(id, id == 1 ? "running" : "complete", 50)) }
    let busy = block.lines(of: jobs, rows: 4).map(\.text)
    #expect(busy.map { $0.prefix(2) } == ["1 ", "8 ", "9 ", "an"])
    #expect(busy.last == "and 6 more, 6 of them done")
    _ = jobs.hear(try document(1, "failed", 50))
    let idle = block.lines(of: jobs, rows: 4).map(\.text)
    #expect(idle.count == 4 && idle.last == "no job waits or runs (interrupt to stop)")
  }

  @Test("are drawn over those of before, also where the terminal was made narrower")
  func redraw() {
    var region = ScreenRegion()
    let lines = [ScreenLine("one"), ScreenLine(String(repeating: "x", count: 79))]
    #expect(begins(region.draw(lines, columns: 80), "\rone\u{1B}[K\n"))
    #expect(begins(region.draw(lines, columns: 80), "\u{1B}[2A\r"))
    #expect(begins(region.draw(lines, columns: 40), "\u{1B}[3A\r"))
    #expect(begins(region.draw([], columns: 79), "\u{1B}[2A\r"))
    #expect(begins(region.draw(lines, columns: 79), "\rone"))
  }

  private func begins(_ text: String, _ start: String) -> Bool { text.hasPrefix(start) }

  @Test("have colours and blocks where the environment lets them")
  func styles() {
    let utf8 = ["LANG": "de_DE.UTF-8"]
    #expect(TerminalStyle(environment: utf8) == TerminalStyle(hasColour: true, isUnicode: true))
    #expect(TerminalStyle(environment: utf8.merging(["NO_COLOR": "1"]) { $1 }).hasColour == false)
    #expect(TerminalStyle(environment: utf8.merging(["NO_COLOR": ""]) { $1 }).hasColour)
    #expect(TerminalStyle(environment: utf8.merging(["LC_ALL": "C"]) { $1 }).isUnicode == false)
    #expect(TerminalStyle(environment: [:]).isUnicode == false)
  }
}

@Suite("A list of jobs")
struct JobTableTests {
  private let entries = [
    JobPage.Entry(id: 9, status: "complete", details: .products(["tea", "a\tb"], amount: "19.90")),
    JobPage.Entry(id: 10, status: "running", details: .products(["cups"], amount: "100")),
  ]

  @Test("is columns in a terminal, and fields elsewhere")
  func texts() {
    #expect(
      JobTable(columns: 80).lines(of: entries) == [
        #" 9  complete   19.90  tea, a\u0009b"#, "10  running      100  cups",
      ])
    #expect(JobTable(columns: 20).lines(of: entries).allSatisfy { PrintableText.width($0) <= 20 })
    #expect(
      JobTable(columns: nil).lines(of: entries) == ["9\tcomplete\t19.90\ttea\ta\\u0009b", "10\trunning\t100\tcups"])
    #expect(JobTable(columns: nil).lines(of: []).isEmpty)
  }

  @Test("follows the next page's query and nothing else of its address")
  func pages() throws {
    let page = try #require(JobPage(Array(#"{"orders":[],"next":"http://elsewhere/orders?after=x&limit=1"}"#.utf8)))
    #expect(page.next == "?after=x&limit=1")
    #expect(JobPage(Array(#"{"orders":[{"id":1}]}"#.utf8)) == nil)
    #expect(JobPage(Array(#"{"reports":[]}"#.utf8)) == nil)
  }
}
