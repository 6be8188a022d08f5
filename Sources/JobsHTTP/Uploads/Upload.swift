import FastCGI
import Jobs

/// The body of a submission with files, while it comes and until the submission is answered.
final class Upload: BodyReceiver {
  private enum State {
    case reading(UploadReader)
    case read(Result<Submitted, any Error>)
  }

  /// What came, on disk already.
  struct Submitted: Sendable {
    var input: [UInt8]
    var callback: String?
    var files: [InputFile]
  }

  // Unsafe only in name: the calls of a receiver come one after another, and the answer after the last of them.
  nonisolated(unsafe) private var state: State

  init(_ reader: sending UploadReader) {
    state = .reading(reader)
  }

  func take(_ bytes: UnsafeRawBufferPointer) {
    if case .reading(let reader) = state { reader.take(bytes) }
  }

  func end(isWhole: Bool) {
    guard case .reading(let reader) = state else { return }
    state = .read(Result { try reader.end(isWhole: isWhole) })
  }

  func abandon() {
    if case .reading(let reader) = state { reader.discardAll() }
    state = .read(.failure(CancellationError()))
  }

  /// What came; throws why it is refused. Only after ``end(isWhole:)``.
  var submitted: Submitted {
    get throws {
      guard case .read(let result) = state else { throw Problem.internalError }
      return try result.get()
    }
  }
}
