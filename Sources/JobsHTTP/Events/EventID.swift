import Jobs

/// The id of an event: the store's name and a change number. In any process, and after a restart, it says up to where a
/// client has heard.
struct EventID: Hashable {
  let store: String
  let change: Int64

  init(store: String, change: Int64) {
    self.store = store
    self.change = change
  }

  /// `nil` where it is none of ours.
  init?(_ text: String) {
    guard let dash = text.lastIndex(of: "-"), let change = Int64(text[text.index(after: dash)...]) else { return nil }
    self.init(store: String(text[..<dash]), change: change)
    guard change >= 0, self.text == text else { return nil }
  }

  var text: String { "\(store)-\(change)" }
}
