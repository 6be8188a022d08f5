import CCrypto
import Foundation

/// The header `webhook-signature` of Standard Webhooks: HMAC-SHA256 of id, time and body under each secret.
enum Signature {
  /// `v1,<base64>`, one for each secret, with spaces between. `timestamp` is in Unix seconds.
  static func text(of message: String, timestamp: Int64, body: [UInt8], by secrets: SigningSecrets) -> String {
    let signed = Array("\(message).\(timestamp).".utf8) + body
    return secrets.keys.map { "v1,\(Data(code(of: signed, under: $0)).base64EncodedString())" }.joined(separator: " ")
  }

  private static func code(of bytes: [UInt8], under key: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { code, count in
      var length: UInt32 = 0
      let made = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, code.baseAddress, &length)
      precondition(made != nil, "libcrypto has no HMAC-SHA256")
      count = Int(length)
    }
  }
}
