import JobPrograms
import Kinds
import Testing

@Suite("A size or a time in a kind's file")
struct UnitTests {
  @Test(
    "is a number of bytes, decimal or binary by its unit",
    arguments: [
      ("4000000B", 4_000_000), ("4000kB", 4_000_000), ("20MB", 20_000_000), ("1GB", 1_000_000_000),
      ("1TB", 1_000_000_000_000), ("4096KiB", 1 << 22), ("8MiB", 1 << 23), ("1GiB", 1 << 30), ("1TiB", 1 << 40),
      ("\"8MiB\"", 1 << 23),
    ])
  func size(text: String, bytes: Int) throws {
    #expect(try kind(least + "limits: {memory: \(text)}\n").programLimits.memory == bytes)
  }

  static let sizeRule =
    "Write a whole number with B, kB, MB, GB or TB (powers of 1000), or KiB, MiB, GiB or TiB (powers of 1024), "
    + "such as 20MB."

  @Test(
    "is refused as a size without a unit that is known",
    arguments: ["1000", "1", "1.5GB", "20mb", "20KB", "20M", "-1MB", "MB", "20 MB", "٢MB", "99999999999999999999MB"])
  func noSize(text: String) {
    #expect(
      mistake(least + "limits:\n  memory: \(text)\n")
        == "a.yaml:5: limits.memory: \"\(text)\" is not a size. \(Self.sizeRule)")
  }

  @Test(
    "is a time by its units",
    arguments: [
      ("2m", .seconds(120)), ("90s", .seconds(90)), ("1h30m", .seconds(5400)), ("500ms", .milliseconds(500)),
      ("30d", .seconds(2_592_000)), ("1d2h3m4s5ms", .milliseconds(93_784_005)),
    ] as [(String, Duration)])
  func time(text: String, duration: Duration) throws {
    #expect(try kind(least + "limits: {time: \(text)}\n").limits.time == duration)
  }

  static let timeRule =
    "Write whole numbers with d, h, m, s or ms, the longest first, such as 90s or 1h30m."

  @Test(
    "is refused as a time without units, or with units in another order",
    arguments: ["2", "1.5h", "30m1h", "1h1h", "2 m", "m", "2min", "1h30", "-2m", "99999999999999999999s"])
  func noTime(text: String) {
    #expect(
      mistake(least + "limits:\n\n  time: \(text)\n")
        == "a.yaml:6: limits.time: \"\(text)\" is not a time. \(Self.timeRule)")
  }

  @Test(
    "has bounds",
    arguments: [
      ("memory: 1MB", "limits.memory: 1MB is out of bounds. Allowed is a size from 4 MB to 16 TB."),
      ("time: 10ms", "limits.time: 10ms is out of bounds. Allowed is a time from 100ms to 30d."),
      ("time: 31d", "limits.time: 31d is out of bounds. Allowed is a time from 100ms to 30d."),
      ("grace: 11m", "limits.grace: 11m is out of bounds. Allowed is a time from 0s to 10m."),
      ("log: 0B", "limits.log: 0B is out of bounds. Allowed is a size from 1 B to 64 MiB."),
      ("processes: 0", "limits.processes: This is 0. It must be a whole number from 1 to 32768."),
      ("jobs: 1e1", "limits.jobs: This is 1e1. It must be a whole number from 1 to 1000."),
      ("memroy: 1GB", "\"limits.memroy\" is not a key that is known here. Is memory meant?"),
    ])
  func bounds(text: String, detail: String) {
    #expect(mistake(least + "limits:\n  \(text)\n") == "a.yaml:5: \(detail)")
  }
}
