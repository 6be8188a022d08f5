internal import Glibc

/// The machine's two clocks, read together.
public struct ClockReading: Hashable, Sendable {
  public var wall: Timestamp
  /// CLOCK_BOOTTIME: since the machine's start, with the time it slept.
  public var uptime: MonotonicTime
  /// Tells the machine's starts apart: uptimes of two of them can't be compared.
  public var boot: String

  public init(wall: Timestamp, uptime: MonotonicTime, boot: String) {
    self.wall = wall
    self.uptime = uptime
    self.boot = boot
  }

  public static var now: ClockReading {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return ClockReading(
      wall: .now, uptime: MonotonicTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000),
      boot: machineBoot)
  }

  /// By how much the wall clock is ahead of the uptime.
  fileprivate var offset: Int64 { wall.milliseconds - uptime.milliseconds }
}

/// The kernel's random name for this start of the machine.
public let machineBoot: String = {
  let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return "" }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 64)
  let count = read(descriptor, &bytes, bytes.count)
  return String(decoding: bytes.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self)
}()

/// Since when the wall clock has run evenly with the uptime. A clock that was set (by hand, or by NTP for the first time
/// after the machine's start) begins anew; NTP's slewing doesn't.
public struct ClockTrust: Hashable, Sendable {
  /// Both clocks may differ by so much in the time between two references.
  private static let tolerance: Int64 = 60_000
  /// The reference is moved on after so long, or years of slewing would add up to a jump.
  private static let referenceLimit = Duration.seconds(3600)

  /// The uptime at which the even run began.
  public private(set) var since: MonotonicTime
  /// What later readings are compared with.
  public private(set) var reference: ClockReading

  public init(since: MonotonicTime, reference: ClockReading) {
    self.since = since
    self.reference = reference
  }

  /// An even run begins with `reading`.
  public init(from reading: ClockReading) {
    self.init(since: reading.uptime, reference: reading)
  }

  /// After one more reading. The same value where there is nothing to remember: that is nearly always.
  public func after(_ reading: ClockReading) -> ClockTrust {
    guard reading.boot == reference.boot, reading.uptime >= since,
      abs(reading.offset - reference.offset) <= Self.tolerance
    else { return ClockTrust(from: reading) }
    guard reading.uptime >= reference.uptime.advanced(by: Self.referenceLimit) else { return self }
    return ClockTrust(since: since, reference: reading)
  }

  /// Whether the even run has lasted for `time`, at the reading it was last brought up to.
  public func isTrusted(at reading: ClockReading, after time: Duration) -> Bool {
    reading.boot == reference.boot && since.advanced(by: time) <= reading.uptime
  }
}
