import Glibc
public import Jobs

/// The folder of a store's files as a visitor sees it, who makes none: the commands of an operator.
public struct StoredFiles: Sendable {
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// The stored names that are there; empty where there is no folder.
  public var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    return Jobs.names(in: folder).filter { !$0.hasPrefix(".") }
  }

  public func has(_ stored: String) -> Bool { access(path + "/" + stored, F_OK) == 0 }

  /// Removes the file of that name. True where it is gone.
  @discardableResult
  public func remove(_ stored: String) -> Bool {
    unlink(path + "/" + stored) == 0 || errno == ENOENT
  }

  /// What is wrong with a file that a job has; `nil` where its bytes are those that were stored. Reads all of it.
  public func fault(of file: JobFile) -> String? {
    let descriptor = open(path + "/" + file.stored, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT ? "is missing" : "can't be read" }
    defer { close(descriptor) }
    guard let found = try? FileFolder.contents(of: descriptor, named: file.stored) else { return "can't be read" }
    if found.size != file.size { return "has \(found.size) bytes, not \(file.size)" }
    return found.digest == file.digest ? nil : "has other bytes than were stored"
  }

  /// Links these files into another folder, or copies them where that is on another file system. They are on disk there when
  /// this returns. The folder is made where there is none; a name that is there already stays.
  public func copy(_ stored: [String], to folder: String) throws(StoreError) {
    guard !stored.isEmpty else { return }
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure("mkdir \(folder)") }
    for name in stored {
      let (from, to) = ("\(path)/\(name)", "\(folder)/\(name)")
      if link(from, to) == 0 || errno == EEXIST { continue }
      guard errno == EXDEV || errno == EPERM || errno == EMLINK else { throw failure("link \(from)") }
      try Self.copy(from, to: to)
    }
    try Self.flush(folder)
  }

  private static func copy(_ from: String, to: String) throws(StoreError) {
    let source = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard source >= 0 else { throw failure("open \(from)") }
    defer { close(source) }
    let target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard target >= 0 else { throw failure("open \(to)") }
    defer { close(target) }
    while case let count = sendfile(target, source, nil, 1 << 30), count != 0 {
      guard count > 0 || errno == EINTR else { throw failure("copy \(from)") }
    }
    guard fchmod(target, 0o640) == 0, fsync(target) == 0 else { throw failure("fsync \(to)") }
  }

  static func flush(_ folder: String) throws(StoreError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open \(folder)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("fsync \(folder)") }
  }

  /// Runs `body`, such as a backup: no file is removed meanwhile. Where there is no folder there are no files.
  public func keeping<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0 || errno == ENOENT else { throw failure("open \(path)") }
    if descriptor >= 0 {
      while flock(descriptor, LOCK_SH) != 0 { guard errno == EINTR else { throw failure("flock \(path)") } }
    }
    return try body()
  }

  /// Runs `body`, which removes files, where no backup copies them; false where one does.
  func whileNoBackup(_ body: () async throws -> Void) async rethrows -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    try await body()
    return true
  }
}
