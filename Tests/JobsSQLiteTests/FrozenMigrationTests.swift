import TestSupport
import Testing

@testable import JobsSQLite

@Suite("A migration that stores have been through")
struct FrozenMigrationTests {
  /// The FNV-1a hash of all tables and indexes after the migration. One that differs says that a migration was changed: new
  /// stores would have other tables than those that went through it before. Write another migration instead. The
  /// tables that FTS5 makes for itself are SQLite's.
  @Test(
    "makes the same tables and indexes for ever",
    arguments: [
      ("1", 0xDB6E_AC8C_EE0B_9C44), ("2", 0x476D_B651_B043_8405), ("3", 0xD07A_8A6C_9908_6CE7),
      ("4", 0x6767_8A6B_88EE_947A), ("5", 0xBF5F_6B23_A892_B83D),
      ("6", 0x1759_DD44_8E2F_EBE9), ("7", 0x3E27_12AB_167C_793A),
      ("8", 0x3AC4_CEE3_CF76_5070), ("9", 0x325F_40DB_C0F3_4C39),
      ("10", 0xA43C_8445_96AD_3C24), ("11", 0x0C2B_146A_7116_B656),
    ] as [(String, UInt64)])
  func frozen(migration: String, hash: UInt64) throws {
    let folder = try TemporaryFolder()
    let connection = try Connection.editor(path: folder.path + "/store.sqlite")
    try Schema.migrate(connection, upTo: migration)
    let made = try connection.once(
      """
      SELECT sql FROM sqlite_master
      WHERE sql IS NOT NULL AND name <> 'grdb_migrations' AND name NOT LIKE 'passage@_text@_%' ESCAPE '@'
      ORDER BY type, name
      """
    ).rows { $0.text(0) }
    try connection.close()
    let text = made.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: "\n")
    let found = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    #expect(found == hash, "\(text)")
  }
}
