public import Jobs

/// Search. A row of `text_queue` is a text that waits for its index, or whose job is gone; triggers put it there. A `passage` is a
/// part of an indexed text, and `passage_text` (FTS5) has its words under the same number, with a word that stands for
/// kind and owner (`text_owner`). It is looked for with every other word, and a rank is made of its own passage alone: what a
/// user finds, and what comes first, does not depend on the texts of others.
extension SQLiteJobStore: TextIndex {
  public func takeText() async throws(StoreError) -> WaitingText? {
    let member = member.id
    let isAny = try readers.read("look for texts") { connection in
      try connection(.waitingText).first(member) { _ in true } ?? false
    }
    guard isAny else { return nil }
    return try await write("take text") { transaction in
      let text = try transaction.connection(.waitingText).first(member) { row in
        WaitingText(
          id: JobID(rawValue: row.integer(0)), stored: row.isNull(1) ? nil : row.text(1), position: row.integer(2),
          page: Int(row.integer(3)))
      }
      if let text { try transaction.connection(.takeText).run(text.id.rawValue, member) }
      return text
    }
  }

  public func clear(_ text: WaitingText) async throws(StoreError) -> Bool {
    let hasPassages = try readers.read("look for passages") { connection in
      try connection(.passagesOfJob).first(text.id.rawValue, 1) { _ in true } ?? false
    }
    if !hasPassages, text.stored != nil { return true }
    let member = member.id
    return try await write("remove passages") { transaction in
      let slice = Slice()
      guard try transaction.isHeld(text, by: member) else { return true }
      let ids = try transaction.connection(.passagesOfJob).rows(text.id.rawValue, 1000) { $0.integer(0) }
      for (index, id) in ids.enumerated() {
        guard index == 0 || !slice.isOver else { return false }
        try transaction.connection(.removePassage).run(id)
        try transaction.connection(.removePassageText).run(id)
      }
      guard ids.count < 1000 else { return false }
      if text.stored == nil { try transaction.connection(.settleText).run(text.id.rawValue) }
      return true
    }
  }

  public func add(
    _ passages: [Passage], to text: WaitingText, isWhole: Bool
  ) async throws(StoreError) -> WaitingText? {
    let member = member.id
    return try await write("index text") { transaction in
      let slice = Slice()
      guard try transaction.isHeld(text, by: member) else { return nil }
      let id = text.id.rawValue
      try transaction.connection(.nameTextOwner).run(id)
      var (next, count) = (text, 0)
      for passage in passages where count == 0 || !slice.isOver {
        if passage.text.contains(where: { !$0.isWhitespace }) {
          try transaction.connection(.addPassage).run(id, passage.page)
          try transaction.connection(.addPassageText).run(id, passage.text)
        }
        (next.position, next.page) = (passage.end, passage.nextPage)
        count += 1
      }
      guard isWhole, count == passages.count else {
        try transaction.connection(.advanceText).run(id, next.position, next.page)
        return next
      }
      try transaction.connection(.settleText).run(id)
      transaction.counters.newestChange += 1
      try transaction.connection(.noteIndexed).run(id, transaction.counters.newestChange)
      return nil
    }
  }

  public func giveUp(_ text: WaitingText) async throws(StoreError) {
    let member = member.id
    try await write("give up text") { transaction in
      guard try transaction.isHeld(text, by: member) else { return }
      try transaction.connection(.settleText).run(text.id.rawValue)
    }
  }

  /// Of the newest 10,000 passages that match, the best of each job. A match whose job goes meanwhile is left out.
  public func search(_ search: TextSearch) async throws(StoreError) -> TextPage {
    guard search.limit > 0 else { return TextPage() }
    return try readers.read("search") { connection in
      let (kind, owner) = (search.kind.rawValue, search.owner.name)
      guard let whose = try connection(.textOwner).first(kind, owner, decode: { $0.integer(0) }) else {
        return TextPage()
      }
      let terms = search.terms.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
      let found = try connection(.matches).rows(
        "whose : w\(whose) AND text : (\(terms.joined(separator: " AND ")))", kind, owner, search.after?.rank,
        search.after?.id.rawValue, search.limit + 1, decode: Match.init(from:))
      var page = TextPage(isFollowed: found.count > search.limit)
      var bytes = 0
      for match in found.prefix(search.limit) {
        guard bytes < search.inputBytes else {
          page.isFollowed = true
          break
        }
        let place = TextMatch.Place(rank: match.rank, id: JobID(rawValue: match.job))
        page.last = place
        guard let text = try connection(.passageText).first(match.passage, decode: { $0.text(0) }),
          let job = try connection(.job).first(match.job, decode: JobRow.decode)
        else { continue }
        bytes += job.input.count
        page.matches.append(
          TextMatch(job: job, page: match.page, snippet: Snippet.of(text, around: search.terms), place: place))
      }
      return page
    }
  }
}

private struct Match {
  let job: Int64
  let page: Int
  let passage: Int64
  let rank: Double

  init(from row: Columns) {
    (job, page, passage, rank) = (row.integer(0), Int(row.integer(1)), row.integer(2), row.real(3))
  }
}

/// How long one transaction may index or remove passages: other writes wait meanwhile.
private struct Slice {
  private let end = ContinuousClock.now + .milliseconds(4)

  var isOver: Bool { ContinuousClock.now >= end }
}

extension WriteTransaction {
  /// Whether the text waits as `text` says, and `member` has it.
  fileprivate func isHeld(_ text: WaitingText, by member: Int64) throws -> Bool {
    try connection(.isTextHeld).first(text.id.rawValue, member, text.stored, text.position) { _ in true } ?? false
  }
}

extension Query {
  /// Texts that no living member has taken, and those that this member took before an error.
  static let waitingText = Query(
    """
    SELECT job, stored, position, page FROM text_queue
    WHERE member IS NULL OR member = ?1 OR member NOT IN (SELECT id FROM member) ORDER BY job LIMIT 1
    """)
  static let takeText = Query("UPDATE text_queue SET member = ?2 WHERE job = ?1")
  static let isTextHeld = Query(
    "SELECT 1 FROM text_queue WHERE job = ?1 AND member = ?2 AND stored IS ?3 AND position = ?4")
  static let advanceText = Query("UPDATE text_queue SET position = ?2, page = ?3 WHERE job = ?1")
  static let settleText = Query("DELETE FROM text_queue WHERE job = ?")
  static let noteIndexed = Query("UPDATE job SET indexed = 1, change = ?2 WHERE id = ?1")

  static let nameTextOwner = Query(
    "INSERT OR IGNORE INTO text_owner (kind, owner) SELECT kind, owner FROM job WHERE id = ?")
  static let textOwner = Query("SELECT id FROM text_owner WHERE kind = ? AND owner = ?")
  static let addPassage = Query("INSERT INTO passage (job, page) VALUES (?, ?)")
  /// Of the passage that was added last.
  static let addPassageText = Query(
    """
    INSERT INTO passage_text (rowid, whose, text)
    SELECT last_insert_rowid(), 'w' || text_owner.id, ?2
    FROM job JOIN text_owner ON text_owner.kind = job.kind AND text_owner.owner = job.owner WHERE job.id = ?1
    """)
  static let passagesOfJob = Query("SELECT id FROM passage WHERE job = ? LIMIT ?")
  static let removePassage = Query("DELETE FROM passage WHERE id = ?")
  static let removePassageText = Query("DELETE FROM passage_text WHERE rowid = ?")

  /// With `min()`, SQLite takes the other columns from the row that has it.
  static let matches = Query(
    """
    WITH found AS MATERIALIZED (
      SELECT rowid AS id, passage_rank(passage_text) AS rank FROM passage_text
      WHERE passage_text MATCH ?1 ORDER BY rowid DESC LIMIT 10000
    ), best AS (
      SELECT job.id AS job, passage.page AS page, passage.id AS passage, min(found.rank) AS rank
      FROM found JOIN passage ON passage.id = found.id JOIN job ON job.id = passage.job
      WHERE job.kind = ?2 AND job.owner = ?3 AND job.indexed = 1
      GROUP BY job.id
    )
    SELECT job, page, passage, rank FROM best
    WHERE ?4 IS NULL OR (rank, job) > (?4, ?5) ORDER BY rank, job LIMIT ?6
    """)
  static let passageText = Query("SELECT text FROM passage_text WHERE rowid = ?")
}
