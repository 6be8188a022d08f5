import Glibc

/// How much a program's work folder has on disk.
struct FolderSize: Hashable, Sendable {
  private(set) var bytes = 0
  private(set) var entries = 0

  /// Folders below this depth, and entries beyond this number, are not looked at: whoever has so many has too much.
  static let deepest = 64
  static let most = 100_000

  private(set) var isTooMuch = false

  /// Follows no symbolic link. A file that ends meanwhile counts nothing.
  init(of path: String) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    add(folder, depth: 1)
  }

  private mutating func add(_ folder: Int32, depth: Int) {
    guard depth <= Self.deepest, let names = try? FolderListing.entries(of: folder) else {
      isTooMuch = isTooMuch || depth > Self.deepest
      return
    }
    for name in names {
      entries += 1
      guard entries <= Self.most else {
        isTooMuch = true
        return
      }
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      bytes += Int(status.st_blocks) * 512
      guard status.st_mode & S_IFMT == S_IFDIR else { continue }
      let child = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard child >= 0 else { continue }
      defer { close(child) }
      add(child, depth: depth + 1)
    }
  }
}
