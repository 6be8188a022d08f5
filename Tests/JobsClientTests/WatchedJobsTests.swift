import Testing

@testable import JobsClient

@Suite("Watched jobs")
struct WatchedJobsTests {
  @Test("stay as they ended, and are news once")
  func news() throws {
    var jobs = WatchedJobs([3, 1, 3])
    #expect(jobs.ids == [3, 1])
    #expect(jobs.hear(try document(3, "running", 40)))
    #expect(!jobs.hear(try document(3, "running", 40)))
    #expect(!jobs.hear(try document(9, "running", 40)))
    #expect(jobs.hear(try document(3, "complete", 100)))
    #expect(!jobs.hear(try document(3, "running", 60)))
    let isMissed = jobs.miss(3, "expired")
    #expect(!isMissed)
    #expect(jobs.open == [1])
    let isMissing = jobs.miss(1, "never there")
    #expect(isMissing)
    #expect(jobs.open.isEmpty)
  }

  @Test("end as the gravest of them did")
  func exits() throws {
    var jobs = WatchedJobs([1, 2, 3, 4])
    #expect(jobs.exit == .notFinished)
    _ = jobs.hear(try document(1, "complete", 100))
    _ = jobs.hear(try document(2, "cancelled", 10))
    _ = jobs.miss(3, "")
    #expect(jobs.exit == .cancelled)
    _ = jobs.hear(try document(4, "failed", 10))
    #expect(jobs.exit == .failed)
    var one = WatchedJobs([1])
    _ = one.hear(try document(1, "complete", 100))
    #expect(one.exit == .complete)
  }

  @Test("of a whole kind are all that is heard of; the oldest that have ended are forgotten, and there is no end")
  func endless() throws {
    var jobs = WatchedJobs.all
    #expect(!jobs.isOver)
    let open = try document(1, "running", 5)
    let news = [jobs.hear(open), jobs.hear(open)]
    #expect(news == [true, false])
    for id in 2...150 {
      let isNews = jobs.hear(try document(id, "complete", 100))
      #expect(isNews)
    }
    #expect(jobs.ids == [1] + Array(51...150) && jobs.open == [1])
    #expect(jobs.document(of: 50) == nil)
    let late = try [document(150, "running", 5), document(1, "failed", 5)].map { jobs.hear($0) }
    #expect(late == [false, true])
    #expect(!jobs.isOver && jobs.open.isEmpty)
  }

  @Test("are asked for again after longer and longer pauses, or as the service asks")
  func pauses() {
    for failures in 0...40 {
      let pause = Watch.pause(after: failures, asked: nil)
      let most = min(10, 0.5 * Double(1 << min(failures, 10)))
      #expect(most / 2...most ~= pause.seconds)
    }
    #expect(Watch.pause(after: 0, asked: 7) == .seconds(7))
    #expect(Watch.pause(after: 0, asked: 100_000) == .seconds(60))
  }
}

@Suite("A status document")
struct StatusDocumentTests {
  @Test("is a line, and facts")
  func texts() throws {
    let running = try document(
      3, "running", 40, step: "users", more: #","attempt":2,"createdAt":"2026-11-24T00:51:44.653Z""#)
    #expect(running.line == "3 running 40% users 2/5, attempt 2")
    #expect(running.facts.first == "job       3")
    #expect(running.facts.contains("created   2026-11-24T00:51:44.653Z"))
    let failed = try document(3, "failed", 40, more: #","error":{"code":"work-failed","detail":"No\u001b luck."}"#)
    #expect(failed.line == #"3 failed 40% work-failed: No\u001b luck."#)
    #expect(failed.facts.contains(#"error     work-failed: No\u001b luck."#))
    let named = try document(
      3, "failed", 40, more: #","error":{"code":"unknown-product","detail":"No tea.","pointer":"/products/0"}"#)
    #expect(named.line == "3 failed 40% unknown-product at /products/0: No tea.")
    #expect(named.facts.contains("error     unknown-product at /products/0: No tea."))
    let whole = try document(3, "failed", 40, more: #","error":{"code":"c","detail":"D.","pointer":""}"#)
    #expect(whole.remark == "c: D.")
  }

  @Test(
    "is nothing else",
    arguments: [
      "", "{}", #"{"id":3}"#, #"{"id":"3","status":"running","progress":{"percent":1}}"#,
      #"{"id":3,"status":"odd","progress":{"percent":1}}"#,
    ])
  func others(_ text: String) {
    #expect(StatusDocument(Array(text.utf8)) == nil)
  }
}

func document(
  _ id: Int, _ status: String, _ percent: Int, step: String = "products", more: String = ""
) throws -> StatusDocument {
  let text =
    #"{"id":\#(id),"status":"\#(status)","progress":{"percent":\#(percent),"step":"\#(step)","completed":2,"total":5}\#(more)}"#
  return try #require(StatusDocument(Array(text.utf8)))
}
