import Jobs
import JobsHTTP
import StrictJSON
import Testing

@Suite("A moment in JSON")
struct JSONTimestampTests {
  @Test(
    "is written as RFC 3339 in UTC with milliseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1, "1970-01-01T00:00:00.001Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
      (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
      (4_107_456_000_000, "2100-02-28T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
      (1_000_000_000_007, "2001-09-09T01:46:40.007Z"), (2_147_483_648_000, "2038-01-19T03:14:08.000Z"),
      (-11_676_096_000_000, "1600-01-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (Int64.max, "9999-12-31T23:59:59.999Z"),
      (Int64.min, "0000-01-01T00:00:00.000Z"),
    ])
  func timestamps(milliseconds: Int64, expected: String) {
    var writer = JSONWriter()
    writer.timestamp(Timestamp(milliseconds: milliseconds))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\(expected)\"")
  }
}
