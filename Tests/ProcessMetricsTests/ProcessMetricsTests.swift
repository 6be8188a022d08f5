import CoreMetrics
import Glibc
import ProcessMetrics
import TestSupport
import Testing

@Suite("The numbers of processes")
struct ProcessMetricsTests {
  let bench = try! MetricsBench()

  @Test("of all that live are added up, in the answer of any of them")
  func sum() throws {
    let (first, second) = (try bench.process(), try bench.process())
    first.counter([("route", "/a")]).increment(by: 2)
    second.counter([("route", "/a")]).increment(by: 3)
    second.counter([("route", "/b")]).increment(by: 4)
    second.makeMeter(label: "orders_open", dimensions: []).increment(by: 5)
    for process in [first, second] {
      #expect(
        try bench.told("orders_total", by: process) == [#"orders_total{route="/a"} 5"#, #"orders_total{route="/b"} 4"#])
      #expect(try bench.told("orders_open", by: process) == ["orders_open 5"])
      #expect(try process.slots().map(\.number) == [0, 1] && process.slots().allSatisfy(\.isAlive))
    }
  }

  @Test("outlive their process: its totals stay, its gauges go, and whoever comes next goes on with them")
  func death() throws {
    let sibling = try bench.process()
    var dying: ProcessMetrics? = try bench.process()
    dying?.counter().increment(by: 7)
    dying?.makeMeter(label: "orders_open", dimensions: []).set(Int64(3))
    dying?.makeTimer(label: "orders_seconds", dimensions: []).recordNanoseconds(2_000_000)
    #expect(try bench.told("orders_open", by: sibling) == ["orders_open 3"])
    try bench.end(&dying, inSlot: 1)
    #expect(try sibling.slots().map(\.isAlive) == [true, false])
    #expect(try bench.told("orders_total", by: sibling) == ["orders_total 7"])
    #expect(try bench.told("orders_open", by: sibling) == [])
    #expect(try bench.told("orders_seconds_count", by: sibling) == ["orders_seconds_count 1"])

    let next = try bench.process()
    #expect(try next.slots().map(\.number) == [0, 1] && next.slots().allSatisfy(\.isAlive))
    #expect(try bench.told("orders_total", by: sibling) == ["orders_total 7"])
    #expect(try bench.told("orders_open", by: sibling) == ["orders_open 0"])
    next.counter().increment(by: 1)
    next.makeTimer(label: "orders_seconds", dimensions: []).recordNanoseconds(2_000_000)
    #expect(try bench.told("orders_total", by: sibling) == ["orders_total 8"])
    #expect(try bench.told("orders_seconds_count", by: sibling) == ["orders_seconds_count 2"])
  }

  @Test("are exact, however many threads count at once, while others read and none sees a total fall")
  func exact() async throws {
    let process = try bench.process()
    let counter = process.counter()
    let timer = process.makeTimer(label: "orders_seconds", dimensions: [])
    async let counting: [Void] = concurrently(12) { number in
      for _ in 0..<20_000 {
        counter.increment(by: 1)
        timer.recordNanoseconds(Int64(number) * 1_000_000)
      }
    }
    var last = 0.0
    for _ in 0..<200 {
      let sum = try process.slots()[0].sum("orders_total")
      #expect(sum >= last)
      last = sum
    }
    _ = try await counting
    #expect(try process.slots()[0].sum("orders_total") == 240_000)
    #expect(try process.slots()[0].sum("orders_seconds") == 240_000)
    // 0 to 11 ms: two threads at most 1 ms, nine more at most 10 ms.
    #expect(
      try bench.page(of: process).filter { $0.hasPrefix("orders_seconds_bucket") } == [
        #"orders_seconds_bucket{le="0.001"} 40000"#, #"orders_seconds_bucket{le="0.01"} 220000"#,
        #"orders_seconds_bucket{le="1"} 240000"#, #"orders_seconds_bucket{le="+Inf"} 240000"#,
      ])
    #expect(try bench.told("orders_seconds_sum", by: process) == ["orders_seconds_sum 1320"])
  }

  @Test("are found again by a program with other texts and new metrics, and shown by one that knows them not")
  func versions() throws {
    var old: ProcessMetrics? = try bench.process()
    old?.counter().increment(by: 1)
    old?.makeTimer(label: "orders_seconds", dimensions: []).recordNanoseconds(2_000_000)
    try bench.end(&old)
    let newer: [Family] = [
      .counter("orders_total", "All orders there were."), .counter("orders_new_total", "New ones."),
      .seconds("orders_seconds", "Their time.", bounds: [0.005, 0.5]),
    ]
    var new: ProcessMetrics? = try bench.process(catalogue: newer, version: "2")
    new?.counter().increment(by: 1)
    new?.counter([], "orders_new_total").increment(by: 9)
    new?.makeTimer(label: "orders_seconds", dimensions: []).recordNanoseconds(1_000_000)
    #expect(try new?.slots().map(\.holder.version) == ["2"])
    let page = try bench.page(of: #require(new))
    #expect(page.contains("# HELP orders_total All orders there were.") && page.contains("orders_total 2"))
    // What the old one counted up to 10 ms may be above 5 ms: it counts as up to half a second.
    #expect(
      page.filter { $0.hasPrefix("orders_seconds_bucket") } == [
        #"orders_seconds_bucket{le="0.005"} 1"#, #"orders_seconds_bucket{le="0.5"} 2"#,
        #"orders_seconds_bucket{le="+Inf"} 2"#,
      ])
    #expect(page.contains("orders_seconds_sum 0.003"))
    try bench.end(&new)
    let again = try bench.process()
    #expect(try bench.told("orders_total", by: again) == ["orders_total 2"])
    #expect(
      try bench.page(of: again).suffix(3) == [
        "# HELP orders_new_total New ones.", "# TYPE orders_new_total counter", "orders_new_total 9",
      ])
  }

  @Test("of a file of another layout are left alone, and the process takes the next slot")
  func otherLayout() throws {
    var old: ProcessMetrics? = try bench.process()
    old?.counter().increment(by: 1)
    try bench.end(&old)
    try bench.write(Array("later\0\0\0".utf8), at: 0, ofSlot: 0)
    let process = try bench.process()
    #expect(try process.slots().map(\.number) == [1])
    #expect(try bench.told("orders_total", by: process) == [])
    try bench.write(Array("short".utf8), at: 0, ofSlot: 7)
    #expect(try process.slots().map(\.number) == [1])
  }

  @Test("begin anew where a power cut has torn their file", arguments: [UInt8(ascii: "X"), 0, 255])
  func torn(byte: UInt8) throws {
    var old: ProcessMetrics? = try bench.process()
    old?.counter().increment(by: 5)
    try bench.end(&old)
    try bench.write([byte], at: 4096, ofSlot: 0)
    let process = try bench.process()
    #expect(try process.slots().map(\.number) == [0])
    process.counter().increment(by: 1)
    #expect(try bench.told("orders_total", by: process) == ["orders_total 1"])
  }

  @Test("may be anything after a power cut, and are told")
  func scrambled() throws {
    let process = try bench.process()
    let timer = process.makeTimer(label: "orders_seconds", dimensions: [])
    timer.recordNanoseconds(1)
    // All numbers, in all stripes, when the process began, and how long its version is.
    try bench.write([UInt8](repeating: 0x7f, count: 8 * 8192 * 8), at: 64 << 10, ofSlot: 0)
    try bench.write([UInt8](repeating: 0xff, count: 16), at: 24, ofSlot: 0)
    let other = try bench.process(catalogue: [.seconds("orders_seconds", "Their time.", bounds: [0.5])])
    for reader in [process, other] {
      #expect(try reader.slots().map(\.holder.startedAt).contains(-1))
      #expect(try reader.slots().allSatisfy { $0.sum("orders_seconds").isFinite })
      #expect(try bench.told("orders_seconds_count", by: reader).count == 1)
    }
  }

  @Test("are not counted by a process that can have no file, which says so, and serves")
  func noFile() throws {
    let occupied = bench.folder
    close(creat(occupied, 0o644))
    let process = try bench.process()
    process.counter().increment(by: 2)
    process.makeTimer(label: "orders_seconds", dimensions: []).recordNanoseconds(1)
    #expect(try process.slots().isEmpty)
    #expect(try bench.page(of: process).count == 2 * MetricsBench.catalogue.count)
    #expect(bench.said.count == 1 && bench.said[0].contains("Not a directory"), "\(bench.said)")
  }

  @Test("that no room is left for are not counted, which it says, and all others are")
  func full() throws {
    let process = try bench.process()
    for number in 0..<3000 { process.counter([("order", "\(number)")]).increment(by: 1) }
    #expect(bench.said.contains { $0.contains("no room to count orders_total") })
    let room = try bench.told("orders_total", by: process).count
    #expect(room > 1000 && room < 3000)
    process.counter([("order", "0")]).increment(by: 1)
    #expect(try bench.told("orders_total", by: process).contains(#"orders_total{order="0"} 2"#))
  }

  @Test("of metrics that are in no catalogue are told too, under a name that Prometheus takes")
  func unknown() throws {
    let process = try bench.process()
    process.counter([("a.b", "c")], "pages.read-total").increment(by: 2)
    process.makeRecorder(label: "pages", dimensions: [], aggregate: true).record(2.5)
    process.makeRecorder(label: "7pages", dimensions: [], aggregate: false).record(0.25)
    let page = try bench.page(of: process)
    #expect(page.contains(#"pages_read_total{a_b="c"} 2"#) && page.contains("pages_sum 2.5"))
    #expect(page.contains("_7pages 0.25"))
  }
}
