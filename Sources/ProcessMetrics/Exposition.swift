/// A page for Prometheus: samples, those of equal name and labels added up, written as its text format 0.0.4.
public struct Exposition {
  private var families: [Family]
  private var numbers: [String: Int]
  /// By the number of the family, then by labels.
  private var samples: [[String: Sample]]
  /// How many families are known from the beginning.
  private let known: Int

  /// The families come in this order, each with its help though it has no sample; others come after them, by name.
  public init(families: [Family]) {
    self.families = families
    numbers = Dictionary(uniqueKeysWithValues: families.enumerated().map { ($1.name, $0) })
    samples = Array(repeating: [:], count: families.count)
    known = families.count
  }

  /// Left out where its family is known as something else.
  public mutating func add(_ sample: Sample) {
    let number = number(of: sample.family)
    guard let arranged = sample.arranged(for: families[number]) else { return }
    if let known = samples[number][sample.labels] {
      samples[number][sample.labels]?.words = zip(known.words, arranged.words).map { $0 &+ $1 }
    } else {
      samples[number][sample.labels] = arranged
    }
  }

  /// The same with `labels` before its own.
  public mutating func add(_ sample: Sample, with labels: [(String, String)]) {
    let all = [Labels.text(labels), sample.labels].filter { !$0.isEmpty }.joined(separator: ",")
    add(Sample(family: sample.family, labels: all, words: sample.words))
  }

  /// A counter or gauge of one of the families known from the beginning.
  public mutating func add(_ name: String, _ value: Double) {
    add(name, [], value)
  }

  /// One with labels.
  public mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
    add(name, labels: Labels.text(labels), value)
  }

  /// A counter of one of the families known from the beginning: how many values a histogram has seen, with its labels.
  public mutating func add(_ name: String, countOf histogram: Sample) {
    add(name, labels: histogram.labels, histogram.value)
  }

  private mutating func add(_ name: String, labels: String, _ value: Double) {
    guard let number = numbers[name] else { preconditionFailure("\(name) is no family of this page") }
    let family = families[number]
    add(Sample(family: family, labels: labels, words: [family.word(value)]))
  }

  public var text: [UInt8] {
    var text = ""
    for number in shown {
      let family = families[number]
      text += "# HELP \(family.name) \(Self.escaped(family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in samples[number].values.sorted(by: { $0.labels < $1.labels }) { Self.write(sample, to: &text) }
    }
    return Array(text.utf8)
  }

  private var shown: [Int] {
    Array(0..<known) + (known..<families.count).sorted { families[$0].name < families[$1].name }
  }

  private mutating func number(of family: Family) -> Int {
    if let number = numbers[family.name] { return number }
    numbers[family.name] = families.count
    families.append(family)
    samples.append([:])
    return families.count - 1
  }

  private static func write(_ sample: Sample, to text: inout String) {
    let (family, labels) = (sample.family, sample.labels)
    guard family.kind == .histogram else {
      line(family.name, labels, number(sample.words[0], family), to: &text)
      return
    }
    var count: Int64 = 0
    for (index, words) in sample.words.dropFirst().enumerated() {
      count &+= words
      let bound = index < family.bounds.count ? short(family.bounds[index]) : "+Inf"
      line(family.name + "_bucket", labels + (labels.isEmpty ? "" : ",") + "le=\"\(bound)\"", "\(count)", to: &text)
    }
    line(family.name + "_sum", labels, number(sample.words[0], family), to: &text)
    line(family.name + "_count", labels, "\(count)", to: &text)
  }

  private static func line(_ name: String, _ labels: String, _ value: String, to text: inout String) {
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  private static func number(_ word: Int64, _ family: Family) -> String {
    family.perUnit == 1 ? "\(word)" : short(Double(word) / Double(family.perUnit))
  }

  private static func short(_ value: Double) -> String {
    Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  private static func escaped(_ help: String) -> String {
    help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
  }
}
