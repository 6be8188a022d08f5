import Glibc
import JobFiles
import Jobs

/// The folder `out` of an attempt whose program has ended: what it left there may be anything.
struct OutputFolder {
  private let folder: Descriptor
  private let owner: uid_t

  /// `owner` is the program's user. Throws where `out` is no folder any more.
  init(of workFolder: String, owner: uid_t) throws {
    self.owner = owner
    do throws(SystemFault) {
      folder = try Descriptor.open(workFolder + "/out", O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      throw Self.bad("out is no folder any more")
    }
  }

  /// Copies a declared file into one of the job's result. Throws ``JobFailure`` (`bad-result`) where it isn't there, or isn't a
  /// regular file of the program's own with one name, or has no declared type.
  func take(_ declared: DeclaredFile, for context: JobContext) throws {
    let name = declared.name
    // Opening a pipe of that name must not block.
    let source = openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if source < 0, errno == ENOENT { throw Self.bad("the program has not written out/\(name)") }
    if source < 0, errno == ELOOP { throw Self.bad("out/\(name) is a symbolic link") }
    guard source >= 0 else { throw Self.bad("out/\(name) can't be opened: \(String(cString: strerror(errno)))") }
    defer { close(source) }
    var status = stat()
    guard fstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Self.bad("out/\(name) is not a regular file")
    }
    guard status.st_nlink == 1 else { throw Self.bad("out/\(name) has other names (hard links)") }
    guard status.st_uid == owner else { throw Self.bad("out/\(name) belongs to another user") }
    guard let type = FileSignature.type(of: FileSignature(of: source), among: declared.types) else {
      throw Self.bad("out/\(name) is not of the type \(declared.types.joined(separator: " or "))")
    }
    try context.makeFile(name, type: type).copy(from: source, bytes: Int(status.st_size))
  }

  private static func bad(_ reason: String) -> JobFailure {
    JobFailure(code: "bad-result", detail: "The program's result can't be taken: \(reason).")
  }
}
