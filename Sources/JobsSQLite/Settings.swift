/// The settings a connection has in effect, as SQLite names them: read back, not believed.
enum Settings {
  private static let names = [
    "journal_mode", "synchronous", "wal_autocheckpoint", "journal_size_limit", "busy_timeout", "cache_size",
    "page_size",
  ]

  /// `journal_mode=wal synchronous=2 …`
  static func inEffect(on connection: Connection) throws -> String {
    try names.map { name in
      "\(name)=\(try connection.read(name) ?? "")"
    }.joined(separator: " ")
  }

  static func parse(_ text: String) -> [String: String] {
    var settings: [String: String] = [:]
    for setting in text.split(separator: " ") {
      let parts = setting.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { settings[String(parts[0])] = String(parts[1]) }
    }
    return settings
  }
}
