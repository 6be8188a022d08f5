/// The numbers of one series.
public struct Sample: Hashable, Sendable {
  public let family: Family
  /// As in Prometheus's text.
  public let labels: String
  /// One, or a histogram's sum and buckets. Added up with `&+`: a power cut may leave anything in a file.
  var words: [Int64]

  /// Of a counter or gauge, in units; of a histogram, how many values it has seen.
  public var value: Double {
    family.kind == .histogram
      ? Double(words.dropFirst().reduce(0, &+)) : Double(words[0]) / Double(family.perUnit)
  }

  /// The same numbers under the bounds of `other`: what stood in a bucket goes into the first one that holds all of it, so
  /// that totals stay what they were. `nil` where it is no histogram of the same steps.
  func arranged(for other: Family) -> Sample? {
    guard family.kind == other.kind, family.perUnit == other.perUnit else { return nil }
    guard family.bounds != other.bounds else { return Sample(family: other, labels: labels, words: words) }
    var arranged = [Int64](repeating: 0, count: other.words)
    arranged[0] = words[0]
    for (index, count) in words.dropFirst().enumerated() {
      let bucket =
        index < family.bounds.count
        ? other.bounds.firstIndex { $0 >= family.bounds[index] } ?? other.bounds.count : other.bounds.count
      arranged[1 + bucket] &+= count
    }
    return Sample(family: other, labels: labels, words: arranged)
  }
}
