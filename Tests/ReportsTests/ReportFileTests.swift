import Jobs
import Testing

@testable import Reports

@Suite("The files of a report")
struct ReportFileTests {
  private static func lines(_ products: [String]) throws -> [Substring] {
    let jobs = products.enumerated().map { ReportCountTests.job($0 + 1, products: [$1], amount: "\(10 - $0)") }
    return String(decoding: try ReportCountTests.report(jobs).csv, as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false)
  }

  @Test("as CSV have a section for each table, each with a header line")
  func sections() throws {
    let lines = try Self.lines([])
    #expect(lines.first == "from,to,orders,leftOut")
    let headers = zip(lines, lines.dropFirst()).filter { $0.0.isEmpty && !$0.1.isEmpty }.map(\.1)
    #expect(
      headers == [
        "status,orders", "day,orders,amount", "sum,mean,median,p90,p99,min,max", "product,orders,amount",
        "seconds,p50,p95,p99",
      ])
  }

  @Test("as CSV quote what has to be quoted, and have no formulas")
  func cells() throws {
    let lines = try Self.lines(["=1+1", "a,\"b\"", "@x", "-1", "\ttab", "+1,2", "tea", "\n=2", "＝2", "b;=1", "c\t=1"])
    let expected = [
      "'=1+1,1,10", "\"a,\"\"b\"\"\",1,9", "'@x,1,8", "'-1,1,7", "\"'\ttab\",1,6", "\"'+1,2\",1,5", "tea,1,4",
      "\"'\n=2\",1,3", "'＝2,1,2",
      "\"b;=1\",1,1", "\"c\t=1\",1,0",
    ]
    for line in expected {
      #expect(lines.contains(Substring(line)), "\(line)")
    }
    var writer = CSVWriter()
    writer.row([.number("-2.5"), .text("\r")])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "-2.5,\"'\r\"\r\n")
  }

  @Test("as a page have no script, nothing from elsewhere, and products as text")
  func page() throws {
    let jobs = [ReportCountTests.job(1, products: ["<script>alert('1')</script>&\u{1}"], amount: "1234567.5")]
    let page = String(decoding: try ReportCountTests.report(jobs).page, as: UTF8.self)
    #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\u{FFFD}"))
    #expect(!page.contains("<script") && !page.contains("http") && !page.contains("url("))
    #expect(page.contains("1,234,567.50"))
  }

  @Test("as a page are there for no orders too")
  func emptyPage() throws {
    let page = String(decoding: try ReportCountTests.report([]).page, as: UTF8.self)
    #expect(page.contains("There are no complete orders in this period."))
  }

  @Test(
    "have bars for days, weeks, months or years, so that all have room",
    arguments: [
      (1, "day"), (62, "day"), (63, "week"), (400, "week"), (500, "month"), (3000, "year"), (40_000, "2 years"),
    ])
  func bars(count: Int, word: String) throws {
    let jobs = [0, count - 1].map { ReportCountTests.job(1, amount: "1", at: Int64($0) * 86_400_000) }
    let days = jobs.map { Report.Day(date: .init(daysSince1970: $0.createdAt.day), orders: 1, amount: Decimal(1)) }
    let series = try #require(DaySeries(days))
    let bars = series.bars(\.amount)
    #expect(series.grouping.word == word)
    #expect(1...62 ~= bars.count)
    #expect(bars.reduce(into: Decimal.zero) { $0 += $1.value } == Decimal(days.count))
    #expect(bars.first?.value.isZero == false && bars.last?.value.isZero == false)
  }

  @Test(
    "have round numbers beside their pictures",
    arguments: [
      ("0", ["0", "1"]), ("1", ["0", "0.5", "1"]), ("7", ["0", "2", "4", "6", "8"]), ("100", ["0", "50", "100"]),
      ("12345", ["0", "5k", "10k", "15k"]), ("0.07", ["0", "0.02", "0.04", "0.06", "0.08"]),
      ("3e9", ["0", "1bn", "2bn", "3bn"]), ("2.5e20", ["0", "1e20", "2e20", "3e20"]),
    ])
  func ticks(most: String, labels: [String]) throws {
    #expect(AxisScale(try #require(Decimal(most)), isCount: false).ticks.map(\.label) == labels)
  }

  @Test("write the numbers of a column for people")
  func numbers() throws {
    let numbers = try ["0", "19.9", "-1234567", "1e21", "-9.87654321e63"].map { try #require(Decimal($0)) }
    let column = NumberColumn(numbers)
    #expect(numbers.map(column.text) == ["0.00", "19.90", "-1,234,567.00", "1.000000…e21", "-9.876543…e63"])
    #expect(NumberColumn([Decimal(12)]).text(Decimal(12)) == "12")
  }

  @Test("count in whole numbers")
  func wholeTicks() {
    #expect(AxisScale(Decimal(1), isCount: true).ticks.map(\.label) == ["0", "1"])
  }
}
