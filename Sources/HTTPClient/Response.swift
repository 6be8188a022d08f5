/// An answer whose head has come.
public struct Response: Sendable {
  public let head: ResponseHead
  public let body: Body
}

/// The body of an answer, in pieces as they come. One task reads it, once. The peer has to wait where more than
/// ``Request/readAhead`` is not read.
public struct Body: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = TransferError

  private let reading: Reading

  init(_ reading: Reading) {
    self.reading = reading
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reading: reading) }

  /// All of it; throws ``TransferError/Code/tooLong`` where that is more than `limit` bytes.
  public func bytes(upTo limit: Int) async throws(TransferError) -> [UInt8] {
    var bytes: [UInt8] = []
    var iterator = makeAsyncIterator()
    while let piece = try await iterator.next(isolation: #isolation) {
      guard bytes.count + piece.count <= limit else {
        throw TransferError(.tooLong, "its body has more than \(limit) bytes")
      }
      bytes += piece
    }
    return bytes
  }

  /// Reads what comes and throws it away, so that the connection may be kept: at most `limit` bytes, and for `time` at most.
  /// What is longer, or never ends, ends the transfer.
  public func discard(upTo limit: Int, within time: Duration = .seconds(1)) async {
    await withTaskGroup { group in
      group.addTask { _ = try? await bytes(upTo: limit) }
      group.addTask { try? await Task.sleep(for: time) }
      await group.next()
      group.cancelAll()
    }
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let reading: Reading

    /// `nil` at the end of the answer. Cancelling the task ends the transfer at once, and throws.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(TransferError) -> [UInt8]? {
      switch await reading.next() {
      case .bytes(let bytes): return bytes
      case .end(let error?): throw error
      case .end(nil), .head: return nil
      }
    }
  }
}

/// The reader's end of a transfer. Releasing it ends the transfer.
final class Reading: Sendable {
  let transfer: Transfer
  private let client: Client

  init(_ transfer: Transfer, of client: Client) {
    self.transfer = transfer
    self.client = client
  }

  deinit {
    client.post(.cancel(transfer))
  }

  /// Waits for what comes next.
  func next() async -> TransferEvent {
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        if transfer.read(reader) { client.post(.resume(transfer)) }
      }
    } onCancel: {
      client.post(.cancel(transfer))
    }
  }
}
