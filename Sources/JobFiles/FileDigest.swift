import CCrypto
import Jobs

/// The SHA-256 of bytes as they come. One thread at a time.
final class FileDigest {
  private let context = EVP_MD_CTX_new()

  init() {
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// In hexadecimal digits, once.
  func finish() -> String {
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
      var length: UInt32 = 0
      EVP_DigestFinal_ex(context, digest.baseAddress, &length)
      count = Int(length)
    }
    return digest.map(\.hexadecimal).joined()
  }
}
