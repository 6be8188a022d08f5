enum NearestWord {
  /// The word that differs least from `text`, if that is at most two letters, and half of it. Case doesn't count.
  static func among(_ words: [String], to text: String) -> String? {
    let most = min(2, max(1, text.count / 2))
    let near = words.map { (word: $0, distance: distance($0.lowercased(), text.lowercased())) }
    return near.filter { $0.distance <= most }.min { $0.distance < $1.distance }?.word
  }

  /// The number of letters to add, leave out or change (Levenshtein). A long text is far from every word.
  private static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    guard second.count <= 64 else { return .max }
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let change = diagonal + (letter == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
