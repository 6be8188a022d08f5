/// What ``MultipartParser/next(in:)`` found. A body is any number of parts, then ``bodyEnds``. A part is ``partBegins(_:)``,
/// its bytes in any number of events, then ``partEnds``.
public enum MultipartEvent: Hashable, Sendable {
  case partBegins(PartHead)
  /// Bytes of the part, at these positions of the piece. Never empty.
  case bytes(Range<Int>)
  /// Bytes of the part that an earlier piece ended with: they could have been the beginning of a boundary. Never empty.
  case heldBytes(ArraySlice<UInt8>)
  case partEnds
  /// The last boundary was found. No event follows, but what is left of the body may still be malformed.
  case bodyEnds
}
