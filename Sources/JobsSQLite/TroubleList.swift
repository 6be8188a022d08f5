internal import Jobs

/// The troubles of a member as its row has them: a line for each, of its four members between tabs.
enum TroubleList {
  static func text(_ troubles: [WorkTrouble]) -> String {
    troubles.map { trouble in
      [trouble.code, trouble.kind.rawValue, "\(trouble.job)", trouble.detail].map(plain).joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// Lines of another form are passed over.
  static func parse(_ text: String) -> [WorkTrouble] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count == 4, let job = Int64(parts[2]) else { return nil }
      return WorkTrouble(
        code: String(parts[0]), kind: JobKind(rawValue: String(parts[1])), job: JobID(rawValue: job),
        detail: String(parts[3]))
    }
  }

  static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
