/// What another program did to a file of the store while a process had it open.
struct FileFault: Hashable, CustomStringConvertible {
  /// In the words that follow the path.
  enum Deed: String {
    case removed = "was removed"
    case replaced = "was replaced by another file"
    case overwritten = "was overwritten by another program"
    case truncated = "was truncated by another program"
    case linked = "got a second name (a hard link)"
  }

  let path: String
  let deed: Deed

  init(_ path: String, _ deed: Deed) {
    (self.path, self.deed) = (path, deed)
  }

  var description: String { "\(path) \(deed.rawValue)" }
}
