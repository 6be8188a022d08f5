import Jobs
import Kinds
import StrictJSON
import Testing

@testable import Reports

@Suite("The count of a report")
struct ReportCountTests {
  static let november = JSON.object([
    .init("from", .string("2026-11-01")), .init("to", .string("2026-12-01")),
  ])
  /// 1 November 2026, 00:00 UTC.
  static let begin: Int64 = 1_793_491_200_000

  static func job(
    _ id: Int, _ status: JobStatus = .complete, products: [String] = ["tea"], amount: String, at time: Int64 = 0,
    waited: Int64 = 5, ran: Int64 = 10
  ) -> Job {
    var writer = JSONWriter()
    writer.raw("\"products\":[")
    for (index, product) in products.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(product)
    }
    writer.raw("],\"amount\":")
    writer.raw(text: amount)
    let created = Timestamp(milliseconds: begin + time)
    return Job(
      id: JobID(rawValue: Int64(id)), kind: JobKind(rawValue: "order"), owner: "", status: status, input: writer.bytes,
      attempt: 1, epoch: 2, progress: JobProgress(), failure: nil, change: Int64(id), createdAt: created,
      startedAt: created.advanced(by: .milliseconds(waited)), updatedAt: created,
      finishedAt: created.advanced(by: .milliseconds(waited + ran)))
  }

  static func report(_ jobs: [Job], mostBytes: Int = 64 << 20) throws -> Report {
    var count = ReportCount(of: try Period(november), mostBytes: mostBytes)
    for job in jobs { try count.add(job) }
    return try count.finish()
  }

  static func json(_ report: Report) -> String { String(decoding: report.json, as: UTF8.self) }

  @Test("of no orders has zeros, and null where there is no value")
  func empty() throws {
    #expect(
      Self.json(try Self.report([])) == """
        {"from":"2026-11-01","to":"2026-12-01","orders":{"total":0,"byStatus":{"started":0,"running":0,"complete":0,\
        "failed":0,"cancelled":0},"byDay":[]},"amount":{"sum":0,"mean":null,"median":null,"p90":null,"p99":null,\
        "min":null,"max":null},"products":[],"seconds":{"waiting":{"p50":null,"p95":null,"p99":null},\
        "running":{"p50":null,"p95":null,"p99":null}},"leftOut":0}
        """)
  }

  @Test("counts all statuses, and adds up what is complete, in the period alone")
  func figures() throws {
    let day: Int64 = 86_400_000
    let jobs = [
      Self.job(1, amount: "1000", at: -1), Self.job(2, amount: "2.50", at: 0), Self.job(3, amount: "1e1", at: day),
      Self.job(4, products: ["y", "tea", "y"], amount: "0.1", at: 30 * day - 1, waited: 1500),
      Self.job(5, .failed, amount: "7"), Self.job(6, .cancelled, amount: "7"), Self.job(7, .started, amount: "7"),
      Self.job(8, .running, amount: "7"), Self.job(9, amount: "1000", at: 30 * day),
    ]
    #expect(
      Self.json(try Self.report(jobs)) == """
        {"from":"2026-11-01","to":"2026-12-01","orders":{"total":7,"byStatus":{"started":1,"running":1,"complete":3,\
        "failed":1,"cancelled":1},"byDay":[{"day":"2026-11-01","orders":1,"amount":2.5},\
        {"day":"2026-11-02","orders":1,"amount":10},{"day":"2026-11-30","orders":1,"amount":0.1}]},\
        "amount":{"sum":12.6,"mean":4.2,"median":2.5,"p90":10,"p99":10,"min":0.1,"max":10},\
        "products":[{"product":"tea","orders":3,"amount":12.6},{"product":"y","orders":1,"amount":0.1}],\
        "seconds":{"waiting":{"p50":0.005,"p95":1.500,"p99":1.500},"running":{"p50":0.010,"p95":0.010,"p99":0.010}},\
        "leftOut":0}
        """)
  }

  @Test("leaves amounts of more than 64 digits out, and counts them")
  func leftOut() throws {
    let report = try Self.report([
      Self.job(1, amount: "1e64"), Self.job(2, amount: "0e64"), Self.job(3, amount: "1e-63"),
    ])
    #expect(report.leftOut == 2)
    #expect(report.complete == 3)
    #expect(report.amount.sum == Decimal("1e-63"))
    #expect(report.products.map(\.orders) == [3])
  }

  @Test("has the 20 products with the most orders, then with the greatest amount, then by their code points")
  func products() throws {
    var jobs = (1...30).map { Self.job($0, products: ["p\($0)"], amount: "\(100 - $0)") }
    for product in ["z", "\u{E9}", "e\u{301}", "\u{FF5E}", "\u{1F600}"] {
      for _ in 1...2 { jobs.append(Self.job(99, products: [product], amount: "1")) }
    }
    let names = try Self.report(jobs).products.map { Product($0.product) }
    #expect(
      names == (["e\u{301}", "z", "\u{E9}", "\u{FF5E}", "\u{1F600}"] + (1...15).map { "p\($0)" }).map(Product.init))
  }

  @Test("in a file is the count in memory, to the digit")
  func spilled() throws {
    var generator = Generator(state: 7)
    let jobs = (1...4000).map { id in
      Self.job(
        id,
        products: (0..<Int.random(in: 1...12, using: &generator)).map { _ in
          String(repeating: "é", count: Int.random(in: 1...99, using: &generator))
            + "\(Int.random(in: 1...400, using: &generator))"
        },
        amount:
          "\(Int.random(in: 0...99999, using: &generator)).\(Int.random(in: 0...999, using: &generator))e\(Int.random(in: -20...12, using: &generator))",
        at: Int64.random(in: 0...2_000_000_000, using: &generator),
        waited: Int64.random(in: -5...3000, using: &generator))
    }
    let whole = try Self.report(jobs)
    #expect(try Self.report(jobs, mostBytes: 20_000) == whole)
    #expect(try Self.report(jobs, mostBytes: 0) == whole)
  }

  @Test("counts each distinct value, whatever the sequence they come in")
  func counted() throws {
    var generator = Generator(state: 11)
    for spread in [5, 3000, 1_000_000] as [Int64] {
      var table = CountTable<Int64>(number: 0)
      let values = (1...50_000).map { _ in Int64.random(in: -spread...spread, using: &generator) }
      for value in values { table.add(value) }
      let sorted = values.sorted()
      #expect(table.orders == 50_000)
      for percent in 0...100 {
        #expect(try table.values(at: [percent], in: nil) == [sorted[max(1, percent * 500) - 1]])
      }
    }
  }

  @Test("takes ten megabytes for 200,000 distinct amounts at most")
  func amounts() throws {
    var table = CountTable<Decimal>(number: 0)
    var most = 0
    for cents in 0..<400_000 {
      table.add(Decimal(whole: UInt64(cents % 200_000), fraction: 250_000_000_000_000_000))
      most = max(most, table.bytes)
    }
    #expect(5_000_000...10_000_000 ~= most)
  }

  @Test("takes no more memory for distinct values than it may")
  func bounded() throws {
    var count = ReportCount(of: try Period(Self.november), mostBytes: 1 << 20)
    var spilledAt: [Int] = []
    for id in 1...20_000 {
      try count.add(Self.job(id, products: ["product \(id)"], amount: "\(id).25", waited: Int64(id), ran: Int64(id)))
      if count.hasSpilled, spilledAt.isEmpty { spilledAt.append(id) }
    }
    // Products take the most: a table of 8,192 places, of which three quarters are filled, can't grow.
    #expect(spilledAt.allSatisfy { 4000...6145 ~= $0 } && !spilledAt.isEmpty, "\(spilledAt)")
    #expect(try count.finish().amount.max == Decimal("20000.25"))
  }
}

struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
