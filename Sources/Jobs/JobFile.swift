/// A file that a kind's results have.
public struct DeclaredFile: Hashable, Sendable {
  /// A-Z, a-z, 0-9, `-`, `_` and `.`, with a letter or digit first, at most 64.
  public var name: String
  /// The media types that it may have; at least one.
  public var types: [String]

  public init(name: String, types: [String]) {
    self.name = name
    self.types = types
  }
}

/// A file of a job's result, or of its input: see ``InputFile``.
public struct JobFile: Hashable, Sendable {
  /// As its kind declares it.
  public var name: String
  public var type: String
  /// Bytes.
  public var size: Int64
  /// SHA-256, in hexadecimal digits.
  public var digest: String
  /// What it is called among the store's files.
  public var stored: String

  public init(name: String, type: String, size: Int64, digest: String, stored: String) {
    self.name = name
    self.type = type
    self.size = size
    self.digest = digest
    self.stored = stored
  }
}

/// A file that a client sent with a job.
public struct InputFile: Hashable, Sendable {
  /// Its place among those of the same name, from 0.
  public var number: Int
  /// What the client calls it: text, never a path. `nil` where it has no name.
  public var title: String?
  /// Its name is the one under which its kind declares it.
  public var file: JobFile

  public init(number: Int, title: String?, file: JobFile) {
    self.number = number
    self.title = title
    self.file = file
  }
}

/// Where this member's works write the files of their results. Its calls block.
public protocol FileStore: Sendable {
  /// A new file, open for writing. Nothing names it: it is removed when its member is dead.
  func make() throws(StoreError) -> StagedFile

  /// The file is whole: on disk with its name when this returns, and not written any more. The descriptor stays open.
  func seal(_ file: StagedFile) throws(StoreError) -> SealedFile

  /// A job's file, for reading. The caller closes the descriptor.
  func open(_ stored: String) throws(StoreError) -> Int32

  /// Removes a file that no job has.
  func discard(_ file: StagedFile)
}

/// A file that is being written, and belongs to no job yet.
public struct StagedFile: Hashable, Sendable {
  public var stored: String
  public var descriptor: Int32

  public init(stored: String, descriptor: Int32) {
    self.stored = stored
    self.descriptor = descriptor
  }
}

/// What a file came to.
public struct SealedFile: Hashable, Sendable {
  public var size: Int64
  /// SHA-256, in hexadecimal digits.
  public var digest: String

  public init(size: Int64, digest: String) {
    self.size = size
    self.digest = digest
  }
}
