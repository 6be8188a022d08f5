import Glibc

/// Removes folders that somebody else's program has filled: it follows no symbolic link, and neither deep nesting nor folders
/// without permissions stop it.
enum FolderRemoval {
  /// Removes `path` with all that is in it. Folders in it are moved up beside their parents before they are emptied, so
  /// that only two are open at a time.
  static func remove(_ path: String) throws(SystemFault) {
    let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard top >= 0 else {
      if errno == ENOENT { return }
      throw SystemFault("open \(path)")
    }
    defer { close(top) }
    fchmod(top, 0o700)
    // A name that no program can have guessed.
    var heap = Heap(top: top, prefix: "\(UInt64.random(in: 0 ... .max))-")
    try heap.empty(top)
    var next = 0
    while next < heap.count {
      let name = heap.name(next)
      fchmodat(top, name, 0o700, 0)
      let folder = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { throw SystemFault("open \(path)/\(name)") }
      defer { close(folder) }
      try heap.empty(folder)
      guard unlinkat(top, name, AT_REMOVEDIR) == 0 else { throw SystemFault("remove \(path)/\(name)") }
      next += 1
    }
    guard rmdir(path) == 0 else { throw SystemFault("remove \(path)") }
  }

  /// The folders that were moved up and are still to be emptied.
  private struct Heap {
    let top: Int32
    let prefix: String
    private(set) var count = 0

    init(top: Int32, prefix: String) {
      self.top = top
      self.prefix = prefix
    }

    func name(_ number: Int) -> String { prefix + "\(number)" }

    /// Removes the files of `folder`, and moves its folders up.
    mutating func empty(_ folder: Int32) throws(SystemFault) {
      for entry in try FolderListing.entries(of: folder) where folder != top || !entry.hasPrefix(prefix) {
        if unlinkat(folder, entry, 0) == 0 { continue }
        guard errno == EISDIR || errno == EPERM else { throw SystemFault("remove \(entry)") }
        // To move a folder is to write into it: its `..` changes.
        fchmodat(folder, entry, 0o700, 0)
        guard renameat(folder, entry, top, name(count)) == 0 else { throw SystemFault("move \(entry)") }
        count += 1
      }
    }
  }
}
