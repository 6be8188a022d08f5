/// A location, and which addresses it answers.
struct Location: Sendable {
  enum Matching: Sendable, Equatable {
    case exact(String)
    /// `isFinal`: written with ^~, and no regular expression is looked at any more.
    case prefix(String, isFinal: Bool)
    case expression(String, ignoresCase: Bool)
    case named(String)
  }

  let matching: Matching
  let scope: Scope
  let inner: [Location]

  init?(_ directive: Directive, in outer: Scope) {
    guard directive.name == "location", directive.block != nil, let word = directive.arguments.first else { return nil }
    switch (word, directive.arguments.count) {
    case ("=", 2): matching = .exact(directive.arguments[1])
    case ("^~", 2): matching = .prefix(directive.arguments[1], isFinal: true)
    case ("~", 2), ("~*", 2): matching = .expression(directive.arguments[1], ignoresCase: word == "~*")
    default: matching = word.hasPrefix("@") ? .named(word) : .prefix(word, isFinal: false)
    }
    let scope = outer.inner(directive)
    self.scope = scope
    inner = scope.own.compactMap { Location($0, in: scope) }
  }

  /// The one of `locations` that nginx chooses for an address: an equal one; the longest beginning, and what is inside
  /// it; the first regular expression.
  static func chosen(for path: String, among locations: [Location]) -> Location? {
    if let exact = locations.first(where: { $0.matching == .exact(path) }) { return exact }
    var (longest, length, isFinal): (Location?, Int, Bool) = (nil, -1, false)
    for location in locations {
      if case .prefix(let prefix, let ends) = location.matching, path.hasPrefix(prefix), prefix.utf8.count > length {
        (longest, length, isFinal) = (location, prefix.utf8.count, ends)
      }
    }
    let inside = longest.flatMap { chosen(for: path, among: $0.inner) }
    if let inside, case .expression = inside.matching { return inside }
    if let inside, case .exact = inside.matching { return inside }
    if !isFinal, let found = locations.first(where: { $0.matches(expression: path) }) {
      return chosen(for: path, among: found.inner) ?? found
    }
    return inside ?? longest
  }

  private func matches(expression path: String) -> Bool {
    // What Swift can't read matches nothing here. Both are of Perl's kind, and addresses need little of it.
    guard case .expression(let pattern, let ignoresCase) = matching, let regex = try? Regex(pattern) else {
      return false
    }
    return path.firstMatch(of: regex.ignoresCase(ignoresCase)) != nil
  }

  /// Itself and all that is inside.
  var all: [Location] { [self] + inner.flatMap(\.all) }
}
