public import Jobs
public import Kinds

/// What kinds can't be called.
extension API {
  /// First segments of the addresses of the service itself and of the shipped nginx, and a member of every page.
  public static let reservedPaths: Set = [
    "healthz", "metrics", "next", "openapi.json", "page", ".authentication", ".problem",
  ]

  /// Nouns that would make a second schema of one name in the description of the API.
  public static let reservedNouns: Set = [
    "accepted", "event", "health", "id", "message", "moment", "problem", "status", "status-document", "welcome",
  ]

  /// Throws the first reason why no service can be made of `kinds`, as its initializer does. Whether the service
  /// has callbacks makes no difference.
  public static func check(_ kinds: [Kind]) throws(CompositionError) {
    _ = try Kind.checked(kinds)
    var configuration = Configuration()
    configuration.callbacks = CallbackRules { _ in false }
    _ = try OpenAPI(kinds: kinds, configuration: configuration)
  }
}
