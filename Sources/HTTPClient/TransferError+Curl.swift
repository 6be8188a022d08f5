import CCurl

extension TransferError {
  /// What libcurl's `code` means, with its own words about it where they say more.
  init(_ code: CURLcode, _ words: String) {
    let meaning = Self.code(of: code)
    let detail = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
    self.init(meaning, meaning == .notHTTP ? "" : detail)
  }

  private static func code(of code: CURLcode) -> Code {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: .badRequest
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .unreachable
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
      .insecure
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    // The scheme was looked at before: libcurl has no other code for HTTP/0.9.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: .notHTTP
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_BAD_CONTENT_ENCODING,
      CURLE_SSL_SHUTDOWN_FAILED:
      .brokenOff
    default: .other
    }
  }
}
