import Glibc

enum ProcessEnvironment {
  /// Those of `names` that are set.
  static func values(of names: [String]) -> [String: String] {
    Dictionary(
      names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }, uniquingKeysWith: { $1 })
  }
}
