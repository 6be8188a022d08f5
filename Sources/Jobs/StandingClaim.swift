internal import Synchronization

/// A claim that waits for jobs: the store of a member carries it out together with the member's writes
/// (``JobStore/stand(_:at:)``), until it has taken something or is withdrawn.
///
/// Its owner changes the room as slots become free. While a transaction uses the claim, what the owner says holds from the next
/// transaction on: it never takes more than its owner had room for when the transaction began to use it.
public final class StandingClaim: Sendable {
  private enum Phase {
    case standing
    /// A transaction carries it out.
    case inUse
    case over
  }

  private struct State {
    var phase = Phase.standing
    var room: Room
    var isWithdrawn = false
    /// Whether no transaction has looked for jobs since the owner set the room.
    var isUnseen = true
    var claims: [Claim] = []
    var owner: CheckedContinuation<[Claim], Never>?

    /// Ends the claim. Returns what the caller resumes with `claims`; `nil` where the owner has not asked yet.
    mutating func end(with claims: [Claim]) -> CheckedContinuation<[Claim], Never>? {
      (phase, self.claims) = (.over, claims)
      defer { owner = nil }
      return owner
    }
  }

  private let state: Mutex<State>

  public init(_ room: Room) {
    state = Mutex(State(room: room))
  }

  // MARK: - For its owner

  /// What it has taken, once it has; nothing where it was withdrawn. To be asked once.
  public func claims() async -> [Claim] {
    await withCheckedContinuation { owner in
      let claims = state.withLock { state -> [Claim]? in
        if case .over = state.phase { return state.claims }
        state.owner = owner
        return nil
      }
      if let claims { owner.resume(returning: claims) }
    }
  }

  public func change(to room: Room) {
    state.withLock { ($0.room, $0.isUnseen) = (room, true) }
  }

  /// It takes nothing more. What a transaction is taking now is still told.
  public func withdraw() {
    let owner = state.withLock { state -> CheckedContinuation<[Claim], Never>? in
      state.isWithdrawn = true
      guard case .standing = state.phase else { return nil }
      return state.end(with: [])
    }
    owner?.resume(returning: [])
  }

  // MARK: - For its store

  /// Whether it has room, and no transaction has looked for jobs since the owner set it.
  public var wantsLook: Bool {
    state.withLock { state in
      if case .over = state.phase { return false }
      return state.isUnseen && !state.isWithdrawn && !state.room.isFull
    }
  }

  /// At the end of a transaction: the room to claim for; `nil` where there is none, or the claim stands no longer.
  /// ``takenUp(_:)`` follows.
  public func takeUp() -> Room? {
    state.withLock { state in
      guard case .standing = state.phase else { return nil }
      state.isUnseen = false
      guard !state.room.isFull else { return nil }
      state.phase = .inUse
      return state.room
    }
  }

  /// After the commit: what was claimed. With nothing (also of a transaction that failed) it stands on.
  public func takenUp(_ claims: [Claim]) {
    let owner = state.withLock { state -> CheckedContinuation<[Claim], Never>? in
      guard claims.isEmpty, !state.isWithdrawn else { return state.end(with: claims) }
      state.phase = .standing
      return nil
    }
    owner?.resume(returning: claims)
  }
}
