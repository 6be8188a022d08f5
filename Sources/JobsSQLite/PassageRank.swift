internal import CSQLite

/// `passage_rank(passage_text)`: how well a passage fits what is looked for; the lower, the better.
///
/// It is the part of BM25 that a passage has by itself: how often it has each word or phrase, against its length. `bm25()` also
/// weighs how rare a word is in all passages: that would tell one user of the texts of others, and a rank would change
/// between two pages of one search.
enum PassageRank {
  /// BM25's usual constants, and the words of a page of prose.
  private static let (saturation, lengthWeight, usualLength) = (1.2, 0.75, 300.0)
  /// In `passage_text`.
  private static let textColumn: Int32 = 1

  /// Makes the function known to a connection.
  static func register(on connection: Connection) throws {
    let api = try api(of: connection)
    let code = api?.pointee.xCreateFunction(api, "passage_rank", nil, function, nil) ?? SQLITE_ERROR
    guard code == SQLITE_OK else { throw SQLiteFailure(code, "the rank of passages can't be made known") }
  }

  /// The way that SQLite documents ("Extending FTS5").
  private static func api(of connection: Connection) throws -> UnsafeMutablePointer<fts5_api>? {
    var api: UnsafeMutablePointer<fts5_api>?
    try withUnsafeMutablePointer(to: &api) { place in
      _ = try connection.once("SELECT fts5(?)").run(FTS5Place(pointer: place))
    }
    return api
  }

  private static let function: fts5_extension_function = { api, context, result, _, _ in
    guard let passage = api?.pointee else { return }
    var length: Int32 = 0
    var code = passage.xColumnSize(context, textColumn, &length)
    let weight = saturation * (1 - lengthWeight + lengthWeight * Double(length) / usualLength)
    var rank = 0.0
    for phrase in 0..<passage.xPhraseCount(context) where code == SQLITE_OK {
      var hits = 0.0
      var places = Fts5PhraseIter()
      var (column, offset): (Int32, Int32) = (0, 0)
      code = passage.xPhraseFirst(context, phrase, &places, &column, &offset)
      while code == SQLITE_OK, column >= 0 {
        if column == textColumn { hits += 1 }
        passage.xPhraseNext(context, &places, &column, &offset)
      }
      rank -= hits * (saturation + 1) / (hits + weight)
    }
    if code == SQLITE_OK { sqlite3_result_double(result, rank) } else { sqlite3_result_error_code(result, code) }
  }
}

/// Binds the address where `fts5()` stores the pointer to its API.
private struct FTS5Place: Bindable {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<fts5_api>?>

  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite_bind_fts5_api(statement, index, pointer)
  }
}
