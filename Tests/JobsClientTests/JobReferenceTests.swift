import JobsClient
import Testing

@Suite("A reference to a job of any kind")
struct JobReferenceTests {
  @Test(
    "is the path of its kind and its number, or what the service answers as its Location",
    arguments: [
      "sheets/3", "/sheets/3", "sheets/3/", "/sheets/3/status", "/api/sheets/3/status", "/a/b/sheets/3",
    ])
  func taken(_ text: String) throws {
    let job = try #require(JobReference(text))
    #expect(job.collection == "sheets")
    #expect(job.id == 3)
  }

  @Test(
    "is nothing else",
    arguments: [
      "", "3", "/3", "sheets", "sheets/", "sheets/0", "sheets/x", "sheets/-1", "sheets/+1", "sheets/3/result",
      "sheets//3", "a b/3", "sheets/3/status/", "http://127.0.0.1/sheets/3", "sheets/9223372036854775808", "../3/",
      "a?b/3", "./3", "../3", "api/sheets/3", "/3/status", "/sheets/3/result", "/3",
    ])
  func refused(_ text: String) {
    #expect(JobReference(text) == nil)
  }
}
