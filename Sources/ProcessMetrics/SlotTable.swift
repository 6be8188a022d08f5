/// What is counted where in a slot, as lines of text. Only ever grows, and tells everything that is needed to read the
/// numbers, so that processes of other versions can, and a later one goes on with them.
///
///     F<tab>name<tab>kind<tab>perUnit<tab>bounds<tab>help
///     S<tab>number of its F line<tab>first word<tab>labels
struct SlotTable: Equatable {
  struct Series: Equatable {
    let family: Int
    /// As in Prometheus's text: `route="/reports",method="GET"`.
    let labels: String
    let word: Int
  }

  private(set) var families: [Family] = []
  private(set) var series: [Series] = []
  private(set) var wordsUsed = 0

  init() {}

  /// `nil` where something in it is not as it should be.
  init?(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch fields.first {
      case "F" where fields.count == 6:
        guard let kind = Family.Kind(rawValue: fields[2]), let perUnit = Int64(fields[3]), perUnit > 0 else {
          return nil
        }
        let bounds = fields[4].split(separator: ",").compactMap { Double($0) }
        families.append(Family(fields[1], kind, fields[5], perUnit: perUnit, bounds: bounds))
      case "S" where fields.count == 4:
        guard let family = Int(fields[1]), families.indices.contains(family), Int(fields[2]) == wordsUsed else {
          return nil
        }
        append(Series(family: family, labels: fields[3], word: wordsUsed))
      default: return nil
      }
    }
    guard text.isEmpty || text.hasSuffix("\n"), wordsUsed <= SlotLayout.words else { return nil }
  }

  func find(_ family: Family, _ labels: String) -> Series? {
    series.first { $0.labels == labels && families[$0.family].counts(like: family) }
  }

  /// Adds a series, and its family where that is new; returns it and the lines that say so.
  mutating func add(_ family: Family, _ labels: String) -> (series: Series, lines: String) {
    var lines = ""
    let number: Int
    if let known = families.firstIndex(where: { $0.counts(like: family) }) {
      number = known
    } else {
      number = families.count
      families.append(family)
      let bounds = family.bounds.map { "\($0)" }.joined(separator: ",")
      let help = String(family.help.map { $0.isNewline || $0 == "\t" ? " " : $0 })
      lines = "F\t\(family.name)\t\(family.kind.rawValue)\t\(family.perUnit)\t\(bounds)\t\(help)\n"
    }
    let new = Series(family: number, labels: labels, word: wordsUsed)
    append(new)
    return (new, lines + "S\t\(number)\t\(new.word)\t\(labels)\n")
  }

  private mutating func append(_ new: Series) {
    series.append(new)
    wordsUsed += families[new.family].words
  }
}
