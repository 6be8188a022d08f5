import Jobs

/// Where clients see the service: at a path of a host that has other things too, `/api`, or at its root.
///
/// A proxy on the way may take the beginning of the path away: of `/outer/api` a request may come with all, with `/api` or with
/// nothing of it. What is sent back always names all of it.
public struct BasePath: Hashable, Sendable {
  public static let root = BasePath()

  /// Without a slash at its end; empty at the root.
  public let text: String
  /// What may be left of it, the longest first and nothing last: `/outer/api`, `/api`, ``.
  public let endings: [String]

  private init() { (text, endings) = ("", [""]) }

  /// `nil` where it isn't like `/api` or `/outer/api`: letters, digits and `-._~`. No part begins with a dot or is `page`, for
  /// nginx has such addresses of its own. A slash at the end is left out.
  public init?(_ text: some StringProtocol) {
    guard text.hasPrefix("/") else { return nil }
    var parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if parts.last == "" { parts.removeLast() }
    let isWritable = parts.allSatisfy { part in
      !part.isEmpty && part != "page" && !part.hasPrefix(".") && part.utf8.allSatisfy(\.isUnreserved)
    }
    guard isWritable else { return nil }
    let endings = (0...parts.count).map { parts.dropFirst($0).map { "/" + $0 }.joined() }
    (self.text, self.endings) = (endings[0], endings)
  }

  /// What of a request's target follows each of the endings that it begins with.
  func remainders(of target: String) -> [Substring] {
    endings.compactMap { ending in
      guard target.utf8.starts(with: ending.utf8) else { return nil }
      let rest = target.dropFirst(ending.count)
      return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix("?") ? rest : nil
    }
  }
}
