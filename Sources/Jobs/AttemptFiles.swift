import Glibc
import Synchronization

/// The files that one attempt makes: what its job gets when it is complete, and what is removed otherwise.
final class AttemptFiles: Sendable {
  private struct Made {
    let name: String
    let type: String
    let file: StagedFile
  }

  private struct State {
    var made: [Made] = []
    var sealed: [JobFile] = []
    /// The work has returned: nothing is made any more, and no descriptor is open.
    var isClosed = false
  }

  private let declared: [DeclaredFile]
  private let store: (any FileStore)?
  private let state = Mutex(State())

  init(_ declared: [DeclaredFile], in store: (any FileStore)?) {
    self.declared = declared
    self.store = store
  }

  /// See ``JobContext/makeFile(_:type:)``.
  func make(_ name: String, type: String) throws -> ResultFile {
    guard let rule = declared.first(where: { $0.name == name }), rule.types.contains(type), let store else {
      throw JobFailure(code: "bad-result", detail: "The kind declares no file \(name) of the type \(type).")
    }
    return try state.withLock { state in
      guard !state.isClosed else { throw CancellationError() }
      guard !state.made.contains(where: { $0.name == name }) else {
        throw JobFailure(code: "bad-result", detail: "The work makes the file \(name) twice.")
      }
      let file = try Self.keeping { () throws(StoreError) in try store.make() }
      state.made.append(Made(name: name, type: type, file: file))
      return ResultFile(descriptor: file.descriptor)
    }
  }

  /// See ``JobContext/open(_:)``.
  func open(_ stored: String) throws -> Int32 {
    guard let store else { throw WorkNotBegun.files("this process has no folder for them") }
    return try Self.keeping { () throws(StoreError) in try store.open(stored) }
  }

  /// The work has returned: its files are whole. Throws where one is missing.
  func seal() throws {
    try state.withLock { state in
      state.isClosed = true
      defer { for made in state.made { close(made.file.descriptor) } }
      guard let store else { return }
      for rule in declared {
        guard let made = state.made.first(where: { $0.name == rule.name }) else {
          throw JobFailure(code: "bad-result", detail: "The work has not made the file \(rule.name).")
        }
        let sealed = try Self.keeping { () throws(StoreError) in try store.seal(made.file) }
        state.sealed.append(
          JobFile(
            name: made.name, type: made.type, size: sealed.size, digest: sealed.digest, stored: made.file.stored))
      }
    }
  }

  /// In the order of the declaration; empty before ``seal()``.
  var sealed: [JobFile] { state.withLock { $0.sealed } }

  /// No job has them, nor ever will.
  func discard() {
    state.withLock { state in
      for made in state.made {
        if !state.isClosed { close(made.file.descriptor) }
        store?.discard(made.file)
      }
      (state.made, state.sealed, state.isClosed) = ([], [], true)
    }
  }

  private static func keeping<Result>(_ step: () throws(StoreError) -> Result) throws(WorkNotBegun) -> Result {
    do throws(StoreError) {
      return try step()
    } catch {
      throw .files("\(error)")
    }
  }
}

extension WorkNotBegun {
  /// A full disk costs no attempt.
  static func files(_ reason: String) -> WorkNotBegun {
    WorkNotBegun(code: "files-unavailable", detail: "Its files can't be used: \(reason)")
  }
}

/// A file of a result while its work writes it.
public struct ResultFile: Sendable {
  /// Open for reading and writing until the work has returned. To keep it open longer, duplicate it.
  public let descriptor: Int32

  /// Appends `bytes`. Blocks. Throws ``WorkNotBegun`` where the disk takes no more, which costs the job no attempt.
  public func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw WorkNotBegun.files(String(cString: strerror(errno)))
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Appends the first `bytes` of another open file, without a way through this process's memory where the file systems can do
  /// that. Blocks. Throws as ``write(_:)`` does.
  public func copy(from source: Int32, bytes: Int) throws {
    var offset: off_t = 0
    while offset < off_t(bytes) {
      let count = sendfile(descriptor, source, &offset, min(bytes - Int(offset), 1 << 30))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw WorkNotBegun.files(String(cString: strerror(errno))) }
      // It is shorter now.
      if count == 0 { break }
    }
  }
}
