import Glibc
public import Jobs

/// A new file of a job while its bytes come. One thread at a time; the calls block.
///
/// It is removed where it is not ``seal()``ed before this object goes, and by ``discard()``.
public final class FileWriter {
  public let stored: String
  /// Bytes written.
  public private(set) var size: Int64 = 0
  /// The first 16 bytes, or as many as there are.
  public private(set) var beginning: [UInt8] = []
  private let folder: FileFolder
  private let file: StagedFile
  private let digest = FileDigest()
  private var isOpen = true

  public init(in folder: FileFolder) throws(StoreError) {
    self.folder = folder
    file = try folder.make()
    stored = file.stored
  }

  deinit { if isOpen { discard() } }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(file.descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write \(stored)") }
      rest = rest.dropFirst(count)
    }
    if beginning.count < 16 { beginning += bytes.prefix(16 - beginning.count) }
    digest.add(bytes)
    size += Int64(bytes.count)
  }

  /// The file is whole: its bytes are on disk when this returns, and its name when ``FileFolder/flush()`` has returned too.
  /// Nothing more can be written, and the caller owns the file: it is no longer removed with this object.
  public func seal() throws(StoreError) -> SealedFile {
    try folder.finish(file)
    close(file.descriptor)
    isOpen = false
    return SealedFile(size: size, digest: digest.finish())
  }

  /// Removes it, sealed or not.
  public func discard() {
    if isOpen { close(file.descriptor) }
    isOpen = false
    folder.discard(file)
  }
}
