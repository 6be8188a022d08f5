import Jobs
public import Kinds

extension Kind {
  /// Reports on a user's own orders of a period, as JSON, as CSV and as a page to print. A process works on one at a time.
  public static let reports = Kind(
    "report", path: "reports",
    description: "Figures on your own orders of a period, as JSON, as CSV and as a page to print.",
    input: Period.schema, example: #"{"from":"2026-11-01","to":"2026-12-01"}"#,
    form: .files([
      DeclaredFile(name: "report.json", types: ["application/json"]),
      DeclaredFile(name: "report.csv", types: ["text/csv"]),
      DeclaredFile(name: "report.html", types: ["text/html"]),
    ]),
    limits: KindLimits(jobs: 1), work: ReportWork()
  ) { body throws(InvalidBody) in
    _ = try Period(body)
  }

  /// Whether this is ``reports``, however its limits were changed. Another kind may have the same name.
  public var isReports: Bool { work is ReportWork }
}
