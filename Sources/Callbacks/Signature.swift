#if Callbacks
  import Crypto
  import Foundation

  /// The header `webhook-signature` of Standard Webhooks: HMAC-SHA256 of id, time and body under each secret.
  enum Signature {
    /// `v1,<base64>`, one for each secret, with spaces between. `timestamp` is in Unix seconds.
    static func text(of message: String, timestamp: Int64, body: [UInt8], by secrets: SigningSecrets) -> String {
      let signed = Array("\(message).\(timestamp).".utf8) + body
      return secrets.keys.map { key in
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        return "v1,\(Data(code).base64EncodedString())"
      }.joined(separator: " ")
    }
  }
#endif
