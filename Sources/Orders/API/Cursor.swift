import Jobs

/// A place in a list, opaque to clients: the direction and the last id they saw.
struct Cursor: Hashable {
  let id: JobID
  let isAscending: Bool

  init(id: JobID, isAscending: Bool) {
    self.id = id
    self.isAscending = isAscending
  }

  var text: String {
    let digits = String(id.rawValue, radix: 16)
    return (isAscending ? "a" : "d") + String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  init?(_ text: String) {
    guard text.utf8.count == 17, let id = Int64(text.dropFirst(), radix: 16), id > 0 else { return nil }
    self.init(id: JobID(rawValue: id), isAscending: text.utf8.first == UInt8(ascii: "a"))
    guard self.text == text else { return nil }
  }
}
