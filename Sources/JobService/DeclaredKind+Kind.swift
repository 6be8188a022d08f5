import CCrypto
import Jobs
import Kinds

extension DeclaredKind {
  /// A kind as a process declares it in the store: the digest is the SHA-256 of its declaration.
  init(_ kind: Kind) {
    let bytes = kind.declaration
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
      var length: UInt32 = 0
      let done = EVP_Digest(bytes, bytes.count, digest.baseAddress, &length, EVP_sha256(), nil)
      precondition(done == 1, "libcrypto has no SHA-256")
      count = Int(length)
    }
    let digits = Array("0123456789abcdef")
    let text = String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    self.init(name: kind.name, path: kind.path, digest: text)
  }
}
