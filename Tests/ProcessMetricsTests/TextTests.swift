import Testing

@testable import ProcessMetrics

@Suite("The text for Prometheus")
struct TextTests {
  @Test("has help and type of each family, and what it tells in order of labels")
  func page() {
    var page = Exposition(families: MetricsBench.catalogue)
    page.add("orders_total", [("status", "b")], 2)
    page.add("orders_total", [("status", "a")], 1)
    page.add("orders_total", [("status", "b")], 3)
    page.add("orders_open", 0)
    page.add(Sample(family: MetricsBench.catalogue[3], labels: #"kind="x""#, words: [25, 1, 2, 3]))
    #expect(
      String(decoding: page.text, as: UTF8.self) == """
        # HELP orders_total Orders.
        # TYPE orders_total counter
        orders_total{status="a"} 1
        orders_total{status="b"} 5
        # HELP orders_open Open ones.
        # TYPE orders_open gauge
        orders_open 0
        # HELP orders_seconds Their time.
        # TYPE orders_seconds histogram
        # HELP orders_rows Their rows.
        # TYPE orders_rows histogram
        orders_rows_bucket{kind="x",le="1"} 1
        orders_rows_bucket{kind="x",le="10"} 3
        orders_rows_bucket{kind="x",le="+Inf"} 6
        orders_rows_sum{kind="x"} 25
        orders_rows_count{kind="x"} 6

        """)
  }

  @Test("tells a histogram's count as a counter of its labels, with the counts of others")
  func counts() {
    var page = Exposition(families: MetricsBench.catalogue)
    for words: [Int64] in [[25, 1, 2, 3], [7, 1, 0, 1]] {
      page.add("orders_total", countOf: Sample(family: MetricsBench.catalogue[3], labels: #"kind="x""#, words: words))
    }
    #expect(String(decoding: page.text, as: UTF8.self).contains("\norders_total{kind=\"x\"} 8\n"))
  }

  @Test("escapes what would end a label or a line")
  func escapes() {
    #expect(Labels.text([("path", "a\"b\\c\nd\te"), ("1x-y", "ü")]) == #"path="a\"b\\c\nd e",_1x_y="ü""#)
    var page = Exposition(families: [.counter("c_total", "One\\two\nthree.")])
    page.add("c_total", 1)
    #expect(String(decoding: page.text, as: UTF8.self).hasPrefix(#"# HELP c_total One\\two\nthree."#))
  }

  @Test("is of what its table says, read back as it was written")
  func table() throws {
    var table = SlotTable()
    var text = ""
    for (family, labels) in [(0, ""), (2, #"a="b""#), (0, #"a="c""#), (3, "")] {
      text += table.add(MetricsBench.catalogue[family], labels).lines
    }
    #expect(SlotTable(text) == table)
    #expect(table.wordsUsed == 1 + 5 + 1 + 4)
    #expect(table.find(MetricsBench.catalogue[0], #"a="c""#)?.word == 6)
    #expect(table.find(.counter("orders_total", "Another text."), "")?.word == 0)
    #expect(table.find(.gauge("orders_total", "Orders."), "") == nil)
    #expect(table.families[2] == MetricsBench.catalogue[3])
  }

  @Test(
    "takes no table that is not whole",
    arguments: [
      "S\t0\t0\t\n", "F\ta\tcounter\t1\t\thelp", "F\ta\tcounter\t0\t\thelp\n", "F\ta\tclock\t1\t\thelp\n", "\n", "X\n",
      "F\ta\tcounter\t1\t\thelp\nS\t0\t1\t\n", "F\ta\tcounter\t1\t\thelp\nS\t1\t0\t\n",
    ])
  func tornTable(text: String) {
    #expect(SlotTable(text) == nil)
  }

  @Test("keeps what is no number, or too large, as the nearest that can be")
  func words() {
    let family = Family.seconds("s", "")
    #expect(family.word(1.5) == 1_500_000_000)
    #expect(family.word(.nan) == 0 && family.word(.infinity) == .max && family.word(-1e300) == .min)
  }
}
