import CCurl

extension RunningTransfer {
  /// Tells libcurl everything about the request. An option that it doesn't know fails the transfer: each of them counts.
  func configure(errorBuffer: UnsafeMutablePointer<CChar>) throws(TransferError) {
    try check(curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer))
    try setConduct()
    try setTarget()
    try setMessage()
    try setDeadlines()
    try setSecurity()
    try setCallbacks()
  }

  private func setConduct() throws(TransferError) {
    // No signal handlers. A cancelled transfer does not wait for its name lookup to end.
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_NETRC, 0)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    if transfer.request.hasOwnConnection {
      try set(CURLOPT_FRESH_CONNECT, 1)
      try set(CURLOPT_FORBID_REUSE, 1)
    }
  }

  private func setTarget() throws(TransferError) {
    let request = transfer.request
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_URL, request.url)
    if request.proxy == .none {
      try set(CURLOPT_PROXY, "")
      try set(CURLOPT_NOPROXY, "*")
    }
    if let address = request.address {
      // For every host and port.
      try set(CURLOPT_CONNECT_TO, ["::\(address.contains(":") ? "[\(address)]" : address):"])
    }
  }

  private func setMessage() throws(TransferError) {
    let request = transfer.request
    // An empty value is written with a semicolon; nothing behind a colon leaves out what libcurl would add itself.
    var lines = request.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for name in ["Accept", "Expect"] + (request.form == nil ? ["Content-Type"] : [])
    where !request.fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
      lines.append("\(name):")
    }
    try set(CURLOPT_HTTPHEADER, lines)
    if request.takesGzip { try set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    if let parts = request.form {
      try set(parts)
    } else if let body = request.body {
      try set(CURLOPT_POST, 1)
      try check(curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      // Of an empty array there is no pointer, and without one libcurl would read standard input.
      var bytes = body.isEmpty ? [0] : body
      try check(curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, &bytes))
    } else if request.method == "HEAD" {
      try set(CURLOPT_NOBODY, 1)
    }
    try set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func set(_ parts: [FormPart]) throws(TransferError) {
    guard let form = curl_mime_init(easy) else { throw TransferError(CURLE_OUT_OF_MEMORY, "") }
    self.form = form
    for part in parts {
      guard let place = curl_mime_addpart(form) else { throw TransferError(CURLE_OUT_OF_MEMORY, "") }
      try check(curl_mime_name(place, part.name))
      switch part.content {
      case .text(let text): try check(curl_mime_data(place, text, text.utf8.count))
      case .file(let path): try check(curl_mime_filedata(place, path))
      }
      if let type = part.type { try check(curl_mime_type(place, type)) }
    }
    try check(curl_set_form(easy, form))
  }

  private func setDeadlines() throws(TransferError) {
    try set(CURLOPT_CONNECTTIMEOUT_MS, transfer.request.deadlines.connect.milliseconds)
    if let whole = transfer.request.deadlines.whole { try set(CURLOPT_TIMEOUT_MS, whole.milliseconds) }
  }

  private func setSecurity() throws(TransferError) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    guard let authorities = transfer.request.authorities else { return }
    try check(curl_set_authorities(easy, authorities, authorities.count))
    // The system's would count beside them.
    try check(curl_set_text(easy, CURLOPT_CAPATH, nil))
  }

  private func setCallbacks() throws(TransferError) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA] {
      try check(curl_set_pointer(easy, option, me))
    }
    try check(
      curl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return RunningTransfer.at(me).receive(line: line) ? line.count : 0
      })
    try check(
      curl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
        let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return RunningTransfer.at(me).receive(body: body) ? body.count : Int(CURL_WRITEFUNC_PAUSE)
      })
    try check(
      curl_set_socket_opener(easy) { me, _, address in
        guard let address else { return -1 }
        return RunningTransfer.at(me).openSocket(address)
      })
    if transfer.request.onUpload != nil {
      try check(curl_set_pointer(easy, CURLOPT_XFERINFODATA, me))
      try check(
        curl_set_progress(easy) { me, _, _, total, sent in
          RunningTransfer.at(me).transfer.request.onUpload?(Int64(sent), Int64(total))
          return 0
        })
      try set(CURLOPT_NOPROGRESS, 0)
    }
    try check(
      curl_set_connected(easy) { me, _, _, _, _ in
        RunningTransfer.at(me).connected()
        return CURL_PREREQFUNC_OK
      })
  }

  private static func at(_ me: UnsafeMutableRawPointer?) -> RunningTransfer {
    guard let me else { preconditionFailure("libcurl forgot whose transfer this is") }
    return Unmanaged<RunningTransfer>.fromOpaque(me).takeUnretainedValue()
  }

  private func set(_ option: CURLoption, _ value: Int) throws(TransferError) {
    try check(curl_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(TransferError) {
    try check(curl_set_text(easy, option, value))
  }

  private func set(_ option: CURLoption, _ lines: [String]) throws(TransferError) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        throw TransferError(CURLE_OUT_OF_MEMORY, "")
      }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    try check(curl_set_pointer(easy, option, list))
  }

  private func check(_ code: CURLcode) throws(TransferError) {
    if code != CURLE_OK { throw TransferError(code, "") }
  }
}
