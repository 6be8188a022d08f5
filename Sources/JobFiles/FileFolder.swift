import Glibc
public import Jobs

/// The folder of a store's files, which lie flat in it as `TOKEN.RANDOM`: the token of the member that wrote one, and 128
/// random bits. Any thread; the calls block.
public struct FileFolder: FileStore {
  let all: StoredFiles
  private let token: String
  private var path: String { all.path }

  /// The folder beside the database, of a member with that token.
  public init(path: String, token: String) {
    all = StoredFiles(path: path)
    self.token = token
  }

  public func make() throws(StoreError) -> StagedFile {
    let random = (0..<2).map { _ in UInt64.random(in: .min ... .max).hexadecimal }.joined()
    let stored = "\(token).\(random)"
    let file = path + "/" + stored
    var descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if descriptor < 0, errno == ENOENT {
      // A web server that runs as another user can't read this folder: the installation makes one that it can.
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("mkdir \(path)") }
      descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw failure("open \(file)") }
    return StagedFile(stored: stored, descriptor: descriptor)
  }

  public func seal(_ file: StagedFile) throws(StoreError) -> SealedFile {
    try finish(file)
    let sealed = try Self.contents(of: file.descriptor, named: file.stored)
    try flush()
    return sealed
  }

  /// What is in the file is on disk when this returns; its name is when ``flush()`` has returned too.
  func finish(_ file: StagedFile) throws(StoreError) {
    guard fsync(file.descriptor) == 0 else { throw failure("fsync \(file.stored)") }
    // The folder's group, which is the web server's, may read it from now on.
    guard fchmod(file.descriptor, 0o640) == 0 else { throw failure("chmod \(file.stored)") }
  }

  /// The names of the files made so far are on disk when this returns.
  public func flush() throws(StoreError) { try StoredFiles.flush(path) }

  public func open(_ stored: String) throws(StoreError) -> Int32 {
    let descriptor = Glibc.open(path + "/" + stored, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open \(stored)") }
    return descriptor
  }

  public func discard(_ file: StagedFile) { discard(file.stored) }

  /// The same, by its stored name.
  public func discard(_ stored: String) { all.remove(stored) }

  /// Bytes and SHA-256 of all that is in an open file.
  static func contents(of descriptor: Int32, named name: String) throws(StoreError) -> SealedFile {
    let digest = FileDigest()
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var size: Int64 = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(size)) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read \(name)") }
      if count == 0 { break }
      buffer.withUnsafeBytes { digest.add(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
      size += Int64(count)
    }
    return SealedFile(size: size, digest: digest.finish())
  }
}

func failure(_ call: String) -> StoreError {
  StoreError(.unavailable, operation: "files", cause: "\(call): \(String(cString: strerror(errno)))")
}
