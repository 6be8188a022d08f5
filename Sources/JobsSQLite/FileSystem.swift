internal import Foundation
internal import Jobs

/// What kind of file system a path is on. SQLite's locks and shared memory work between the processes of one machine
/// only, so a network file system is refused before anything is written.
struct FileSystem: Equatable {
  var type: String

  /// The mount that holds `path` (absolute, links resolved), from the text of `/proc/self/mountinfo`; the last of
  /// several on one mount point covers the others. Mount points escape blanks as octal, proc(5).
  init?(of path: String, mounts: String) {
    var best: (length: Int, type: String)?
    for line in mounts.unicodeScalars.split(separator: "\n") {
      let fields = line.split(separator: " ").map { String($0) }
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
      let point = fields[4].replacingOccurrences(of: "\\040", with: " ")
      guard point == "/" || path == point || path.hasPrefix(point + "/") else { continue }
      if point.utf8.count >= best?.length ?? 0 { best = (point.utf8.count, fields[dash + 1]) }
    }
    guard let best else { return nil }
    type = best.type
  }

  var isRemote: Bool {
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "ncpfs", "glusterfs", "lustre", "fuse.sshfs"]
      .contains(type) || type.hasPrefix("fuse.gluster") || type.hasPrefix("fuse.ceph")
  }

  /// Its files have as many blocks as bytes were written, at once. (Others compress, or count later.)
  var tellsOfHoles: Bool { ["ext2", "ext3", "ext4", "xfs", "tmpfs"].contains(type) }

  /// Gone with the machine's next start.
  var isInMemory: Bool { ["tmpfs", "ramfs"].contains(type) }

  /// The one that `path` is on; `nil` where that can't be told.
  static func current(of path: String) -> FileSystem? {
    (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)).flatMap { FileSystem(of: path, mounts: $0) }
  }

  /// Passes where the kind can't be told: better a store than a refusal without a reason.
  static func refuseRemote(_ path: String) throws(StoreError) {
    guard let system = current(of: path), system.isRemote else { return }
    throw StoreError(
      .unusable, operation: "open",
      cause: "\(path) is on a network file system (\(system.type)), where SQLite loses data: use a local disk")
  }
}
