import Glibc

/// Where programs of this process run: as whom, and in which folders.
struct ProgramSurroundings: Sendable {
  let account: Account
  /// A folder of this process, which the program's user may pass through and not list.
  let folder: String

  /// Small files for `/etc`, so that user and group have names and nothing is told of this machine's.
  static let accounts = ["passwd", "group", "nsswitch.conf"]

  var etc: String { folder + "/etc" }
  /// An empty folder: what a kind's folder is mounted at where the program's user can't reach it.
  var kindMount: String { folder + "/kind" }

  func mountsKind(_ file: KindFile) -> Bool {
    account.isOther && file.sandbox == .required && obstacle(on: file.folder) != nil
  }

  /// The first folder on the way to `path` that the program's user may not pass through; `nil` where there is none.
  func obstacle(on path: String) -> String? {
    var so = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      so += "/" + part
      var status = stat()
      guard stat(so, &status) == 0 else { return so }
      guard status.st_mode & S_IFMT == S_IFDIR else { continue }
      let bit: mode_t =
        if status.st_uid == account.user { S_IXUSR } else if status.st_gid == account.group { S_IXGRP } else { S_IXOTH }
      if status.st_mode & bit == 0 { return so }
    }
    return nil
  }

  /// What is wrong with the program for the user it runs as; `nil` where nothing is.
  func fault(with file: KindFile) -> String? {
    guard account.isOther, let inside = file.programInFolder else { return nil }
    var path = file.folder
    for part in [""] + inside.split(separator: "/").map({ "/" + $0 }) {
      path += part
      var status = stat()
      guard stat(path, &status) == 0 else { return "\(SystemFault(path))" }
      if status.st_mode & 0o005 != 0o005, status.st_uid != account.user {
        return "the user it runs as may not read and run \(path): chmod o+rx \(path)"
      }
    }
    return nil
  }

  /// Makes what is the same for all programs of this process.
  func prepare() throws(SystemFault) {
    for name in [etc, kindMount] {
      guard mkdir(name, 0o755) == 0, chmod(name, 0o755) == 0 else { throw SystemFault("mkdir \(name)") }
    }
    let (user, group) = (account.user, account.group)
    try FileWriting.write(
      "root:x:0:0::/:/bin/sh\njob:x:\(user):\(group)::/job:/bin/sh\n", to: "\(etc)/passwd", mode: 0o644)
    try FileWriting.write("root:x:0:\njob:x:\(group):\n", to: "\(etc)/group", mode: 0o644)
    try FileWriting.write("passwd: files\ngroup: files\nhosts: files dns\n", to: "\(etc)/nsswitch.conf", mode: 0o644)
  }
}
