import Glibc
import Synchronization
import Threads

/// What a host's name stands for now.
protocol HostLookup: Sendable {
  /// At least one address, best first. Ends early, with an error, when the task is cancelled.
  func addresses(of host: String) async throws -> [IPAddress]
}

/// The system's own: `/etc/hosts`, DNS, whatever `nsswitch.conf` says. It blocks for as long as name servers take, so each
/// lookup has a thread of its own; one that nobody waits for any more ends by itself.
struct SystemLookup: HostLookup {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func addresses(of host: String) async throws -> [IPAddress] {
    let caller = Caller()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        caller.wait(with: continuation)
        do {
          try PlainThread.start("lookup") { caller.resume(with: Result { try Self.lookUp(host) }) }
        } catch {
          caller.resume(with: .failure(error))
        }
      }
    } onCancel: {
      caller.resume(with: .failure(CancellationError()))
    }
  }

  private static func lookUp(_ host: String) throws -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { throw Failure(description: "no address: \(String(cString: gai_strerror(code)))") }
    defer { freeaddrinfo(list) }
    let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
      entry?.pointee.ai_addr.flatMap { IPAddress($0) }
    }
    guard !addresses.isEmpty else { throw Failure(description: "no address") }
    return addresses
  }
}

/// Who waits for a lookup: goes on with its outcome or with the cancellation, whichever is first.
private final class Caller: Sendable {
  private enum State {
    case early
    case waiting(CheckedContinuation<[IPAddress], any Error>)
    case over
  }

  private let state = Mutex(State.early)

  func wait(with continuation: CheckedContinuation<[IPAddress], any Error>) {
    let isOver = state.withLock { state in
      if case .over = state { return true }
      state = .waiting(continuation)
      return false
    }
    if isOver { continuation.resume(throwing: CancellationError()) }
  }

  func resume(with result: Result<[IPAddress], any Error>) {
    let continuation: CheckedContinuation<[IPAddress], any Error>? = state.withLock { state in
      defer { state = .over }
      guard case .waiting(let continuation) = state else { return nil }
      return continuation
    }
    continuation?.resume(with: result)
  }
}
