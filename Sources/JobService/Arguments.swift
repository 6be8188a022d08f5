import ArgumentParser
import Glibc
import Jobs
import JobsSQLite
import Logging

/// The name of a log level.
struct LogLevelArgument: ExpressibleByArgument {
  static let allValueStrings = Logger.Level.allCases.map(\.rawValue)
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)

  let level: Logger.Level

  init?(argument: String) {
    guard let level = Logger.Level(rawValue: argument) else { return nil }
    self.level = level
  }

  init(_ level: Logger.Level) {
    self.level = level
  }

  var defaultValueDescription: String { level.rawValue }
}

/// A length of time as people write it: `250ms`, `1s`, `1.5s`, `2m`, `1h`, `30d`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  private static let units: [(suffix: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  let duration: Duration
  let description: String

  init(_ duration: Duration) {
    self.duration = duration
    description = duration.milliseconds % 1000 == 0 ? "\(duration.milliseconds / 1000)s" : "\(duration.milliseconds)ms"
  }

  init?(argument: String) {
    for (suffix, milliseconds) in Self.units where argument.hasSuffix(suffix) {
      guard let number = Double(argument.dropLast(suffix.count)), number >= 0, number * milliseconds < 1e12 else {
        continue
      }
      duration = .milliseconds(Int64((number * milliseconds).rounded()))
      description = argument
      return
    }
    return nil
  }

  var defaultValueDescription: String { description }
}

/// A number of bytes: `1048576`, `512KiB`, `64MiB`, `1GiB`.
struct ByteCountArgument: ExpressibleByArgument {
  private static let units: [(suffix: String, bits: Int)] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("", 0)]

  let bytes: Int

  init(_ bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.suffix) }) else { return nil }
    let digits = argument.dropLast(unit.suffix.count)
    guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(digits) else {
      return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << unit.bits)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  var defaultValueDescription: String {
    let unit = Self.units.last { bytes % (1 << $0.bits) == 0 && $0.bits > 0 } ?? ("", 0)
    return "\(bytes >> unit.bits)\(unit.suffix)"
  }
}

/// Which store, and where: `sqlite:PATH`.
struct StoreLocation: ExpressibleByArgument {
  private static let sqlite = "sqlite:"

  let path: String

  /// As it is given on a command line.
  var text: String { Self.sqlite + path }

  init?(argument: String) {
    guard argument.hasPrefix(Self.sqlite), argument.count > Self.sqlite.count else { return nil }
    path = String(argument.dropFirst(Self.sqlite.count))
  }

  func open(lease: Duration, log: @escaping @Sendable (String) -> Void) throws(StoreError) -> SQLiteJobStore {
    try SQLiteJobStore.open(path: path, configuration: .init(lease: lease), log: log)
  }
}

enum GroupName {
  /// The number of a group given by name or number.
  static func number(of name: String) throws -> UInt32 {
    if let number = UInt32(name) { return number }
    guard let group = getgrnam(name) else { throw ValidationError("there is no group \(name)") }
    return group.pointee.gr_gid
  }
}

enum DescriptorLimit {
  /// Raises this process's soft limit of open descriptors to the hard one: each waiting client takes one.
  static func raise() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
