/// A metric with all its series: what it is called, what it counts, and in which steps.
public struct Family: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// Only rises.
    case counter
    /// Rises and falls, and is gone with its process.
    case gauge
    case histogram
  }

  /// What Prometheus calls it: `orders_retries_total`.
  public let name: String
  public let kind: Kind
  /// One sentence for people.
  public let help: String
  /// Values are kept as whole numbers, so many to the unit: 1 for things, 1,000,000,000 for seconds.
  public let perUnit: Int64
  /// The upper bounds of a histogram's buckets in units, rising; one more bucket has none.
  public let bounds: [Double]

  public static func counter(_ name: String, _ help: String) -> Family {
    Family(name, .counter, help, perUnit: 1)
  }

  public static func gauge(_ name: String, _ help: String, perUnit: Int64 = 1) -> Family {
    Family(name, .gauge, help, perUnit: perUnit)
  }

  public static func histogram(_ name: String, _ help: String, perUnit: Int64 = 1, bounds: [Double]) -> Family {
    Family(name, .histogram, help, perUnit: perUnit, bounds: bounds)
  }

  /// A histogram of seconds, kept in nanoseconds.
  public static func seconds(_ name: String, _ help: String, bounds: [Double] = defaultBounds) -> Family {
    histogram(name, help, perUnit: 1_000_000_000, bounds: bounds)
  }

  public static let defaultBounds = [
    0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60,
  ]

  init(_ name: String, _ kind: Kind, _ help: String, perUnit: Int64, bounds: [Double] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.perUnit = perUnit
    self.bounds = bounds
  }

  /// How many numbers a series takes: a histogram has a sum and its buckets, the last one without a bound.
  var words: Int { kind == .histogram ? bounds.count + 2 : 1 }

  /// Whether numbers kept for `other` can be gone on with: all but the text for people is the same.
  func counts(like other: Family) -> Bool {
    name == other.name && kind == other.kind && perUnit == other.perUnit && bounds == other.bounds
  }

  /// A value as it is kept. What is no number, or is beyond all bounds, is kept as the nearest that can be.
  func word(_ value: Double) -> Int64 {
    let word = (value * Double(perUnit)).rounded()
    if word.isNaN { return 0 }
    return Int64(exactly: word) ?? (word < 0 ? .min : .max)
  }
}
