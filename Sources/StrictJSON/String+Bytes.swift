import Glibc

extension String {
  /// Whether both texts have the same bytes. Swift's `==` takes canonically equivalent strings for equal; JSON doesn't.
  @inlinable
  public func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame: Bool?? = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { their in
        UnsafeRawBufferPointer(mine).elementsEqual(UnsafeRawBufferPointer(their))
      }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
