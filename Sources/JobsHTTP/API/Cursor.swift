import Jobs

/// A place in a list, opaque to clients: behind the last job they saw, whichever way they go.
struct Cursor: Hashable {
  private static let digits = 16

  let id: JobID

  init(id: JobID) {
    self.id = id
  }

  var text: String { UInt64(id.rawValue).hexadecimal }

  init?(_ text: String) {
    guard text.utf8.count == Self.digits, let id = Int64(text, radix: 16), id >= 0 else { return nil }
    self.init(id: JobID(rawValue: id))
    guard self.text == text else { return nil }
  }
}
