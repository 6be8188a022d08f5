import Jobs
import Testing

@Suite("Whether the clock is to be believed")
struct ClockTrustTests {
  private static let minute: Int64 = 60_000
  private static let hour = 60 * minute
  private static let year = 365 * 24 * hour

  /// A reading after so much uptime, with a wall clock that has gone wrong by `error` since the start.
  private func reading(_ uptime: Int64, error: Int64 = 0, boot: String = "a") -> ClockReading {
    ClockReading(
      wall: Timestamp(milliseconds: 1_700_000_000_000 + uptime + error), uptime: MonotonicTime(milliseconds: uptime),
      boot: boot)
  }

  private func trust(after readings: [ClockReading]) -> ClockTrust {
    readings.dropFirst().reduce(ClockTrust(from: readings[0])) { $0.after($1) }
  }

  /// Each case: readings, the uptime since when the clock has run evenly, and whether an hour has passed since.
  @Test(
    "is since the machine's start, or since the clock was last set",
    arguments: [
      ("the first look", [(0, 0, "a")], 0, false),
      ("an even hour", [(0, 0, "a"), (hour, 0, "a")], 0, true),
      ("one second less", [(0, 0, "a"), (hour - 1000, 0, "a")], 0, false),
      ("a process that starts after hours in which none looked", [(minute, 0, "a"), (9 * hour, 0, "a")], minute, true),
      ("another start of the machine", [(0, 0, "a"), (2 * hour, 0, "a"), (minute, 0, "b")], minute, false),
      ("the same, an hour later", [(2 * hour, 0, "a"), (minute, 0, "b"), (minute + hour, 0, "b")], minute, true),
      ("set to 2030", [(0, 0, "a"), (2 * hour, 4 * year, "a")], 2 * hour, false),
      ("set back", [(0, 0, "a"), (2 * hour, -2 * minute, "a")], 2 * hour, false),
      ("set to 2030 and right again", [(0, 0, "a"), (hour, 4 * year, "a"), (hour + 1, 0, "a")], hour + 1, false),
      ("set to 2030, an hour ago", [(0, 0, "a"), (hour, 4 * year, "a"), (2 * hour, 4 * year, "a")], hour, true),
      ("wrong from the start, then set by NTP", [(0, 0, "a"), (30 * minute, year, "a")], 30 * minute, false),
      ("a step of less than a minute", [(0, 0, "a"), (hour / 2, 59_000, "a"), (hour, 59_000, "a")], 0, true),
      ("a step of more", [(0, 0, "a"), (hour / 2, 61_000, "a"), (hour, 61_000, "a")], hour / 2, false),
      ("steps that are small only one by one", [(0, 0, "a"), (minute, 40_000, "a"), (hour, 80_000, "a")], hour, false),
      ("an uptime that went back", [(hour, 0, "a"), (minute, 0, "a")], minute, false),
    ] as [(String, [(Int64, Int64, String)], Int64, Bool)])
  func table(_ name: String, _ readings: [(Int64, Int64, String)], since: Int64, isTrusted: Bool) throws {
    let readings = readings.map { reading($0.0, error: $0.1, boot: $0.2) }
    let trust = trust(after: readings)
    #expect(trust.since.milliseconds == since)
    #expect(trust.isTrusted(at: try #require(readings.last), after: .seconds(3600)) == isTrusted)
  }

  @Test("NTP's slewing, 1.8 s an hour for years, is no jump, and little of it is written down")
  func slew() {
    var trust = ClockTrust(from: reading(0))
    var written = 0
    for hour: Int64 in 1...20_000 {
      let next = trust.after(reading(hour * Self.hour, error: hour * 1800))
      if next != trust { written += 1 }
      trust = next
    }
    #expect(trust.since.milliseconds == 0)
    #expect(written <= 20_000)
    #expect((1..<3600).allSatisfy { trust.after(reading(20_000 * Self.hour + $0 * 1000, error: 36_000_000)) == trust })
  }

  @Test("expiry waits for the clock, and for an operator where more than 30 days would expire at once")
  func rule() {
    let rule = ExpiryRule()
    let trusted = ClockTrust(from: reading(0))
    let now = reading(Self.hour)
    let end = now.wall
    func verdict(_ age: Int64?, at reading: ClockReading) -> ExpiryVerdict {
      let oldest = age.map { Timestamp(milliseconds: end.milliseconds - $0) }
      return rule.verdict(oldest: oldest, before: end, under: trusted, at: reading)
    }
    let day = 24 * Self.hour
    #expect(verdict(nil, at: now) == .nothingDue)
    #expect(verdict(nil, at: reading(1)) == .nothingDue)
    #expect(verdict(0, at: now) == .nothingDue)
    #expect(verdict(1, at: now) == .allowed)
    #expect(verdict(1, at: reading(Self.hour - 1)) == .waitsForClock)
    #expect(verdict(1, at: reading(Self.hour, boot: "b")) == .waitsForClock)
    #expect(verdict(30 * day, at: now) == .allowed)
    #expect(
      verdict(30 * day + 1, at: now) == .waitsForOperator(Timestamp(milliseconds: end.milliseconds - 30 * day - 1)))
    #expect(verdict(31 * day, at: reading(1)) == .waitsForClock)
  }

  @Test("this machine's two clocks can be read, and tell its start")
  func now() {
    let (one, two) = (ClockReading.now, ClockReading.now)
    #expect(one.uptime.milliseconds > 0 && one.uptime <= two.uptime && one.boot == two.boot && !one.boot.isEmpty)
  }
}
