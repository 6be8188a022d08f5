/// A line of a terminal, and how many columns of it are taken.
struct ScreenLine: Hashable, Sendable {
  let text: String
  let width: Int

  /// Without colours.
  init(_ text: String) {
    self.text = text
    width = PrintableText.width(text)
  }

  /// `text` without what colours it takes `width` columns.
  init(_ text: String, width: Int) {
    self.text = text
    self.width = width
  }
}
