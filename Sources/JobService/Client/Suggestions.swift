import ArgumentParser
import Foundation
import JobsClient

/// What a shell offers to complete an argument with: the service is asked for it, quickly. Where none answers, or it wants
/// a login, nothing is offered.
struct Suggestions {
  /// How long each of at most two requests may take.
  private static let patience = Duration.seconds(1)
  /// So many of the newest jobs of a kind are offered.
  private static let most = 20

  private let service: ServiceClient

  /// `nil` where the command line so far names no service that may be asked.
  init?(words: [String]) {
    guard
      let address = try? ServiceAddress(
        argument: Self.address(in: words), environment: ProcessInfo.processInfo.environment,
        allowsPlainHTTP: words.contains("--insecure-http"))
    else { return nil }
    service = ServiceClient(address: address, timeout: Self.patience, agent: "orders/\(Application.version)")
  }

  /// The paths of the service's kinds.
  func kinds() async -> [String] {
    (try? await service.kinds().kinds.map(\.path)) ?? []
  }

  /// The newest jobs of a kind, or of all kinds, each with the path of its kind.
  func jobs(of kind: String?) async -> [String] {
    let kinds = if let kind { [kind] } else { await kinds() }
    return await withTaskGroup(of: [String].self) { group in
      for kind in kinds { group.addTask { await newest(of: kind) } }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func newest(of kind: String) async -> [String] {
    var service = service
    service.kind = kind
    var query = ListQuery()
    query.limit = Self.most
    query.isNewestFirst = true
    return (try? await service.page(query).entries.map { "\(kind)/\($0.id)" }) ?? []
  }

  /// What follows the last `--url`. Bash divides it at its colons.
  static func address(in words: [String]) -> String? {
    guard let place = words.lastIndex(of: "--url") else {
      return words.last { $0.hasPrefix("--url=") }.map { String($0.dropFirst("--url=".count)) }
    }
    var address = ""
    var isJoined = true
    for word in words[(place + 1)...] {
      guard isJoined || word == ":" else { break }
      address += word
      isJoined = word == ":"
    }
    return address
  }
}

extension CompletionKind {
  /// The path of a kind.
  static let kinds = CompletionKind.custom { words, _, _ in
    await Suggestions(words: words)?.kinds() ?? []
  }

  /// A job of any kind.
  static let jobs = CompletionKind.custom { words, _, prefix in
    await Suggestions(words: words)?.jobs(of: kind(in: prefix)) ?? []
  }

  /// The path of a kind, or once that stands there a job of it.
  static let kindsAndJobs = CompletionKind.custom { words, _, prefix in
    guard let suggestions = Suggestions(words: words) else { return [] }
    if let kind = kind(in: prefix) { return await suggestions.jobs(of: kind) }
    let kinds = await suggestions.kinds()
    return kinds + kinds.map { $0 + "/" }
  }

  /// The path of a kind; nothing beside `--amount`, with which products are submitted.
  static let kindToSubmit = CompletionKind.custom { words, _, _ in
    guard !words.contains(where: { $0 == "--amount" || $0.hasPrefix("--amount=") }) else { return [] }
    return await Suggestions(words: words)?.kinds() ?? []
  }

  private static func kind(in prefix: String) -> String? {
    prefix.firstIndex(of: "/").map { String(prefix[..<$0]) }.flatMap { JobReference.isCollection($0) ? $0 : nil }
  }
}
