import Foundation
import Testing

/// Orders are one kind of work among others. The room `Orders` means them; others say the word only where a pattern here
/// allows it.
@Suite("The words of the sources")
struct WordsTests {
  /// Patterns that are allowed in all rooms.
  private static let everywhere = [
    // A sequence.
    #"ORDER BY "#, #"\bordering: \."#, #"\border=(?:asc|desc)\b"#, #"\borderly\b"#, #"(?:[Rr]ec|\bb|\bre)order"#,
    #"\b(?:in|in the|In|no|its|own|this|their|byte|network|canonical|document|page's) order\b"#,
    #"\bthe order (?:in which|of)\b"#, #"\b(?:inOrder|hasOrder|checkOrder|byteOrderMark)\b"#,
    // Names that operators know.
    #"\borders_[a-z_]+"#, #"\bORDERS_[A-Z]+\b"#, #"\borders\.(?:sock|socket|service|sqlite)\b"#,
    #"\borders@[0-9*]*"#, #"\borders-(?:work(?:er@[0-9*]*|\b)|rolling-restart\b|up\b)"#, #"\borders/[a-z]+\.conf\b"#,
    #"\burn:orders:problem:"#,
    #"\borders (?:serve|work|submit|list|status|watch|cancel|result|log|search|remove|kinds)\b"#,
    #"\borders (?:backup|restore|check|expire|drop-callbacks|doctor)\b"#, #" -- orders …"#,
  ]

  /// Patterns that are allowed in one room.
  private static let inRoom = [
    "Callbacks": [#"\buserAgent = "orders""#],
    "Doctor": [#"\bfastcgi_pass orders;"#, #"\\"orders\\""#, #"\bname == "orders""#, #"`orders`"#],
    "JobsHTTP": [
      #""service":"orders""#,
      // The query parameter `order`.
      #""order", "after""#, #"case "order"[:,]"#, #""An order is asc or desc\.""#, #""Order": \{"#,
      #""name": "order", "in": "query""#, #"/parameters/Order""#,
    ],
    "JobsClient": [#""orders: "#, #"\bcollection = "orders""#, #"\bof the kind `order`"#],
    "JobService": [
      #""orders: "#, #"\bfastcgi_pass orders;"#, #""orders/\\\("#, #"\bcommandName: "orders""#, #"\blabel: "orders""#,
      #"of `orders`,"#,
      // The option `--order`.
      #"\benum Order: String\b"#, #"\bvar order = Order\.oldest\b"#, #"\border == \.newest\b"#,
      // The kinds that a service has by itself, and their options.
      #"\bimport Orders$"#, #"(?:Kind|\[| )\.orders\b"#, #"``Kind/orders``"#,
      #"has: orders and reports\.""#, #"an order's work"#, #"\bisOrders\b"#, #"\bOrderServices\b"#,
      #"\b(?:product|user) of an order:"#, #"\bPass each order on:"#, #"\bwork on orders (?:calls|made)\b"#,
    ],
  ]

  @Test("nothing below Orders and Reports says order but the names that operators know")
  func orders() throws {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let sources = package.appending(path: "Sources").path
    let files = try #require(FileManager.default.subpaths(atPath: sources)).filter { $0.hasSuffix(".swift") }
    #expect(files.count > 200)
    let word = /order/.ignoresCase()
    var found: [String] = []
    for (room, files) in Dictionary(grouping: files, by: { String($0.prefix { $0 != "/" }) })
    where !["Orders", "OrdersCommand", "Reports"].contains(room) {
      let patterns = Self.everywhere + Self.inRoom[room, default: []]
      let allowed = try Regex(patterns.joined(separator: "|")).wordBoundaryKind(.simple)
      for file in files {
        if file.contains(word) { found.append("Sources/\(file)") }
        let text = try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.contains(word) && line.replacing(allowed, with: "").contains(word) {
          found.append("Sources/\(file):\(index + 1): \(line.drop { $0 == " " })")
        }
      }
    }
    #expect(found.isEmpty, "\(found.sorted().joined(separator: "\n"))")
  }
}
