/// A store that can be searched for words in the texts of results. A text waits from the moment its job completes, until a member
/// takes it, and puts it into the index passage by passage.
public protocol TextIndex: Sendable {
  /// The oldest text that waits, and that no living member has taken. It is this member's from now on, until it is indexed or its
  /// member is gone. With a text comes how much of it is in the index already.
  func takeText() async throws(StoreError) -> WaitingText?

  /// Removes passages of the text's job, for a few milliseconds: at least one, where there are any. True when none is left: a text is not added to before, and one
  /// whose job is gone is settled by that.
  func clear(_ text: WaitingText) async throws(StoreError) -> Bool

  /// Adds passages in order, for a few milliseconds: at least one, where there are any. Where `isWhole`, and all of
  /// them were added, the job is indexed, which is a visible change. Returns how far the text is in the index then; `nil` where
  /// it is settled, or is no longer this member's.
  func add(_ passages: [Passage], to text: WaitingText, isWhole: Bool) async throws(StoreError) -> WaitingText?

  /// Does not index the text. Its job is found by no search.
  func giveUp(_ text: WaitingText) async throws(StoreError)
}

/// A text that is to be put into the index, or that of a job that is gone and is to be removed from it.
public struct WaitingText: Hashable, Sendable {
  public var id: JobID
  /// What the file is called among the store's files; `nil` where its job is gone.
  public var stored: String?
  /// Bytes of it that are in the index.
  public var position: Int64
  /// The page that begins or goes on there, from 1.
  public var page: Int

  public init(id: JobID, stored: String?, position: Int64 = 0, page: Int = 1) {
    self.id = id
    self.stored = stored
    self.position = position
    self.page = page
  }
}

/// A piece of a text: a page, or a part of a long one.
public struct Passage: Hashable, Sendable {
  public var text: String
  /// From 1.
  public var page: Int
  /// Where the next passage begins: bytes from the beginning of the whole text, and its page.
  public var end: Int64
  public var nextPage: Int

  /// A longer page becomes several passages.
  public static let longest = 16 << 10

  public init(text: String, page: Int, end: Int64, nextPage: Int) {
    self.text = text
    self.page = page
    self.end = end
    self.nextPage = nextPage
  }

  /// The passages of the bytes at `position` of a text, where `page` begins or goes on. A form feed ends a page, as
  /// `pdftotext` writes it. What may go on behind the bytes is left, unless they are the end: of ``longest`` bytes and more at
  /// least one passage is made. Bytes that are not UTF-8 are replaced by U+FFFD.
  public static func cut(_ bytes: [UInt8], at position: Int64, page: Int, isEnd: Bool) -> [Passage] {
    var passages: [Passage] = []
    var (start, page) = (0, page)
    while start < bytes.count {
      let window = bytes[start...].prefix(longest)
      let isLast = window.endIndex == bytes.count
      let (end, next): (Int, Int)
      if let feed = window.firstIndex(of: formFeed) {
        (end, next) = (feed + 1, page + 1)
      } else if isLast, isEnd {
        (end, next) = (window.endIndex, page)
      } else if window.count < longest {
        break
      } else {
        (end, next) = (boundary(in: window), page)
      }
      let text = String(decoding: bytes[start..<(next == page ? end : end - 1)], as: UTF8.self)
      passages.append(Passage(text: text, page: page, end: position + Int64(end), nextPage: next))
      (start, page) = (end, next)
    }
    return passages
  }

  private static let formFeed: UInt8 = 0x0C

  /// Behind the last white space of its second half, else between two characters.
  private static func boundary(in window: ArraySlice<UInt8>) -> Int {
    let half = window.startIndex + window.count / 2
    if let space = window[half...].lastIndex(where: { $0 == 0x20 || 0x09...0x0D ~= $0 }) { return space + 1 }
    return window.suffix(4).lastIndex { $0 & 0xC0 != 0x80 } ?? window.endIndex
  }
}
