import Glibc
import Jobs
import Kinds
import Logging

/// The folder of this process below `--work-folder`, in which each attempt of a program has one of its own.
///
/// It is locked as long as the process lives. Folders of processes that have died are removed by the next one that starts, and
/// by one that has ended a dead one's programs.
final class WorkFolders: Sendable {
  let path: String
  private let parent: String
  private let account: Account
  private let lock: Descriptor
  private let logger: Logger

  private static let prefix = "orders-work-"
  private static let groupRecord = "cgroup"

  /// Makes it, and removes those of the dead. `parent` must be there, and be nobody's who isn't this user or root.
  init(in parent: String, for account: Account, logger: Logger) throws(ProgramHostError) {
    try Self.check(parent)
    var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ProgramHostError("--work-folder: \(SystemFault("mkdtemp in \(parent)"))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.parent = parent
    self.account = account
    self.logger = logger
    do throws(SystemFault) {
      lock = try Descriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      throw ProgramHostError("--work-folder: \(error)")
    }
    // Programs' users pass through it to the folder that is theirs, and see nobody else's.
    guard flock(lock.number, LOCK_EX | LOCK_NB) == 0, fchmod(lock.number, 0o711) == 0 else {
      throw ProgramHostError("--work-folder: \(SystemFault("lock \(path)"))")
    }
    sweep()
  }

  private static func check(_ parent: String) throws(ProgramHostError) {
    var status = stat()
    guard lstat(parent, &status) == 0 else { throw ProgramHostError("--work-folder: \(SystemFault(parent))") }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw ProgramHostError("--work-folder: \(parent) is no folder, or a symbolic link to one")
    }
    let isSticky = status.st_mode & S_ISVTX != 0
    guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0 || isSticky else {
      throw ProgramHostError("--work-folder: others may change what is in \(parent): it needs another owner or mode")
    }
  }

  /// Removes the folders and control groups of dead processes. A folder that a program still writes into stays until the next
  /// time.
  func sweep() {
    let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    guard let names = try? FolderListing.entries(of: folder) else { return }
    for name in names where name.hasPrefix(Self.prefix) {
      let path = "\(parent)/\(name)"
      guard let other = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { continue }
      var status = stat()
      guard fstat(other.number, &status) == 0, status.st_uid == geteuid(), flock(other.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      // A sandbox whose starter died at the wrong moment waits for it for ever.
      for pid in ProcessTree.sandboxes(in: path) { kill(pid, SIGKILL) }
      do throws(SystemFault) {
        if let group = ProcessFile.read("\(path)/\(Self.groupRecord)") {
          try ControlGroup(path: group).sweep(prefix: name + ".")
        }
        try FolderRemoval.remove(path)
      } catch {
        logger.warning("work folder of a dead process stays", metadata: ["folder": "\(path)", "error": "\(error)"])
      }
    }
  }

  /// What the names of this process's control groups begin with.
  var groupPrefix: String { path.dropFirst(parent.count + 1) + "." }

  /// Where this process makes control groups, for who sweeps after its death.
  func record(_ group: ControlGroup) throws(SystemFault) {
    try FileWriting.write(group.path, to: "\(path)/\(Self.groupRecord)", mode: 0o600)
  }

  /// A fresh folder for one attempt, with `input.json`, an empty `out` and, where the kind takes files, an ``InputFolder``
  /// without any. It is ours until ``handOver(_:)``: whoever owns it can put a symbolic link where we write.
  func make(
    for context: JobContext, input: [UInt8], files: [InputFiles]
  ) throws(SystemFault) -> (path: String, inputs: InputFolder) {
    let folder = "\(path)/\(context.id)-\(context.epoch)"
    guard mkdir(folder, 0o700) == 0 else { throw SystemFault("mkdir \(folder)") }
    let inputs: InputFolder
    do throws(SystemFault) {
      inputs = try InputFolder(of: folder, for: files)
      try FileWriting.write(input, to: folder + "/input.json", mode: 0o444)
      guard mkdir(folder + "/out", 0o700) == 0 else { throw SystemFault("mkdir \(folder)/out") }
    } catch {
      try? FolderRemoval.remove(folder)
      throw error
    }
    return (folder, inputs)
  }

  /// The folder is complete, and the program's user's from now on.
  func handOver(_ folder: String) throws(SystemFault) {
    guard account.isOther else { return }
    for path in [folder + "/out", folder] where chown(path, account.user, account.group) != 0 {
      throw SystemFault("chown \(path)")
    }
  }

  /// The process ends.
  func removeAll() {
    try? FolderRemoval.remove(path)
  }
}
