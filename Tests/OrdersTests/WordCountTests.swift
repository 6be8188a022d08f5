import Jobs
import Orders
import SecondKind
import StrictJSON
import Testing

@Suite("README's example of a kind of work")
struct WordCountTests {
  @Test(
    "counts the words of a text, however its lines end",
    arguments: [
      ("one two\nthree\nfour", 4), ("one two\r\nthree\r\nfour", 4), ("one\rtwo", 2), (" a \t b\u{2028}c ", 3),
      ("\r\n", 0),
    ])
  func words(_ text: String, _ count: Int) async throws {
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1, reporter: { _ in })
    let result = try await WordCount().run(JSON.members(["text": .string(text)]), in: context)
    #expect(String(decoding: result, as: UTF8.self) == #"{"words":\#(count)}"#)
  }
}
