import Jobs
import Kinds

extension DeclaredKind {
  /// A kind as a process declares it in the store. The digest is a hash without a key: it tells apart what operators have
  /// written, and libcrypto's digests would cost an idle process two megabytes.
  init(_ kind: Kind) {
    let hash = KeyedHash(key: []).hash(of: kind.declaration)
    self.init(name: kind.name, path: kind.path, digest: String(hash, radix: 16), search: kind.search)
  }
}
