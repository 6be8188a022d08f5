import Synchronization

/// Objects that are made when they are first asked for, and then stay: finding one is a single read of memory, and leaves
/// its count of references alone, over which all threads would fight.
///
/// `@unchecked Sendable`: a cell goes from nothing to its object once, atomically.
struct HandleTable<Handle: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
  private let cells: UnsafeMutablePointer<Atomic<UnsafeRawPointer?>>
  private let count: Int

  init(count: Int) {
    self.count = count
    cells = .allocate(capacity: count)
    for index in 0..<count { (cells + index).initialize(to: Atomic(nil)) }
  }

  deinit {
    for index in 0..<count {
      if let known = cells[index].load(ordering: .acquiring) { Unmanaged<Handle>.fromOpaque(known).release() }
    }
    cells.deinitialize(count: count)
    cells.deallocate()
  }

  /// Of two threads that make one at once, the first one's is kept.
  func use(_ index: Int, or make: () -> Handle, then body: (Handle) -> Void) {
    precondition(index >= 0 && index < count)
    if let known = cells[index].load(ordering: .acquiring) {
      return Unmanaged<Handle>.fromOpaque(known)._withUnsafeGuaranteedRef(body)
    }
    let made = Unmanaged.passRetained(make())
    let (isKept, known) = cells[index].compareExchange(
      expected: nil, desired: UnsafeRawPointer(made.toOpaque()), ordering: .acquiringAndReleasing)
    if isKept { return made._withUnsafeGuaranteedRef(body) }
    made.release()
    if let known { Unmanaged<Handle>.fromOpaque(known)._withUnsafeGuaranteedRef(body) }
  }
}
