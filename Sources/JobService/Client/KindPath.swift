import ArgumentParser
import JobsClient

/// The path of a kind of work: `sheets`.
struct KindPath: ExpressibleByArgument {
  /// The one that is meant where none is named.
  static let usual = KindPath(path: ServiceClient.collection)

  let path: String

  private init(path: String) {
    self.path = path
  }

  /// A number is a job's, and not the path of a kind.
  init?(argument: String) {
    let path = argument.hasPrefix("/") ? String(argument.dropFirst()) : argument
    guard JobReference.isCollection(path), !path.allSatisfy({ "0"..."9" ~= $0 }), !path.hasPrefix("-") else {
      return nil
    }
    self.path = path
  }

  var defaultValueDescription: String { path }
}
