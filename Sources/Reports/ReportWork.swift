public import Jobs
import StrictJSON

/// Reads the orders of the report's owner, in pages, and writes the report's three files.
public struct ReportWork: Workload {
  /// One read takes a few milliseconds.
  private static let ordersEach = 256
  private static let bytesEach = 256 << 10

  private let mostBytes: Int

  init(mostBytes: Int = 64 << 20) {
    self.mostBytes = mostBytes
  }

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard let period = (try? JSONReader.read(input)).flatMap({ try? Period($0) }) else {
      throw JobFailure(code: "unreadable-report", detail: "The stored report can't be read.")
    }
    let report = try await count(period, in: context)
    context.report("write", completed: 1, of: 1)
    try context.makeFile("report.json", type: "application/json").write(report.json)
    try context.makeFile("report.csv", type: "text/csv").write(report.csv)
    try context.makeFile("report.html", type: "text/html").write(report.page)
    return []
  }

  /// Of the orders that were there before the report was asked for: there is an end, however fast new ones come. Ids rise with time
  /// only where no clock was ever set back, so that all of them are looked at.
  private func count(_ period: Period, in context: JobContext) async throws -> Report {
    var count = ReportCount(of: period, mostBytes: mostBytes)
    var page = try await Self.page(after: nil, context)
    var progress = page.first.map { DayProgress(of: period, from: $0.createdAt, until: .now) }
    while let last = page.last, last.id < context.id {
      // The next page is read while this one is counted.
      async let next = Self.page(after: last.id, context)
      try Task.checkCancellation()
      for job in page { try count.add(job) }
      progress?.read(until: last.createdAt, context)
      page = try await next
    }
    for job in page where job.id < context.id { try count.add(job) }
    return try count.finish()
  }

  private static func page(after id: JobID?, _ context: JobContext) async throws -> [Job] {
    try await context.jobs(of: JobKind(rawValue: "order"), after: id, limit: ordersEach, inputBytes: bytesEach)
  }
}
