extension Examination {
  /// What is in effect where requests are passed on.
  mutating func lookAtRequests(_ scope: Scope) {
    lookAtLimits(scope)
    if scope.value("fastcgi_request_buffering") == "off" {
      report(
        "request-buffering", at: scope.place(of: "fastcgi_request_buffering"),
        "bodies are passed on as they come, so that slow clients hold responders",
        mend: "fastcgi_request_buffering on;")
    }
    if scope.value("absolute_redirect") != "off" {
      report(
        "absolute-redirect", at: scope.place(of: "absolute_redirect"),
        "nginx rewrites the Location of an accepted job to the port it listens on itself",
        mend: "absolute_redirect off;")
    }
    if scope.value("fastcgi_ignore_client_abort") == "on" {
      report(
        "client-abort", at: scope.place(of: "fastcgi_ignore_client_abort"),
        "a client that went away goes on waiting, and streams for nobody stay open",
        mend: "fastcgi_ignore_client_abort off;")
    }
    if let cache = scope.value("fastcgi_cache"), cache != "off" {
      report(
        "cached", at: scope.place(of: "fastcgi_cache"),
        "answers come from a cache: a status that is over, and streams that never begin", mend: "fastcgi_cache off;")
    }
    if let age = scope.first("expires"), let time = age.arguments.last, !Self.isNoAge(time) {
      report(
        "cached", at: age.place, "clients keep answers for \(time), and see a status that is over",
        mend: "expires off;")
    }
    if scope.value("fastcgi_intercept_errors") == "on" {
      report(
        "intercepted-errors", at: scope.place(of: "fastcgi_intercept_errors"),
        "nginx replaces the responders' problem documents, with their details, by its own",
        mend: "fastcgi_intercept_errors off;")
    }
    if let retry = scope.first("fastcgi_next_upstream"), retry.arguments.contains("non_idempotent") {
      report(
        "resent-posts", at: retry.place,
        "a POST that a responder has seen is sent to another one: jobs are made twice",
        mend: "fastcgi_next_upstream error timeout;")
    }
    if let limit = scope.first("limit_req"), scope.value("limit_req_status") != "429" {
      report(
        "limit-status", at: scope.first("limit_req_status")?.place ?? limit.place,
        "a client that is too fast is told that the service is overloaded (503)", mend: "limit_req_status 429;")
    }
  }

  /// What `expires` may say without an answer being kept; of a variable nobody knows.
  private static func isNoAge(_ time: String) -> Bool {
    ["off", "epoch", "0"].contains(time) || time.hasPrefix("-") || time.hasPrefix("$")
  }

  private mutating func lookAtLimits(_ scope: Scope) {
    let read = scope.value("fastcgi_read_timeout").map(NginxValue.duration) ?? .seconds(60)
    if let read, read <= Self.longestWait {
      report(
        "read-timeout", at: scope.place(of: "fastcgi_read_timeout"),
        "nginx gives up a responder after \(read.text), and a client may wait \(Self.longestWait.text): a 504",
        mend: "fastcgi_read_timeout 75s;")
    }
    let body = scope.value("client_max_body_size").map(NginxValue.size) ?? 1 << 20
    let limit = facts.options.map(\.bodyLimit).max() ?? 0
    guard let body else { return }
    if body == 0 {
      report(
        "body-limit", at: scope.place(of: "client_max_body_size"),
        "nginx takes bodies of any length, and writes them to its disk before a responder can refuse them",
        mend: "client_max_body_size \(Self.size(above: limit));")
    } else if body <= Int64(limit) {
      report(
        "body-limit", at: scope.place(of: "client_max_body_size"),
        "nginx refuses bodies above \(body) bytes, and responders take \(limit): the 413 is nginx's, and says no limit",
        mend: "client_max_body_size \(Self.size(above: limit));")
    } else if limit > 0, let told = scope.variable("$orders_body_limit"), told.value != String(limit) {
      report(
        "body-limit", at: told.place,
        "nginx's own 413 says a limit of \(told.value) bytes, and responders take \(limit)",
        mend: "set $orders_body_limit \(limit);")
    }
  }

  /// Bodies with files are longer than others, and nginx takes each whole before a responder sees it.
  mutating func lookAtUploads(to path: String, _ most: Int, _ scope: Scope) {
    let body = scope.value("client_max_body_size").map(NginxValue.size) ?? 1 << 20
    guard let body, body != 0, body <= Int64(most) else { return }
    report(
      "upload-limit", at: scope.place(of: "client_max_body_size"),
      "nginx refuses bodies above \(body) bytes for /\(path), and files may be sent there in bodies of \(most)",
      mend: "orders kinds nginx DIR >/etc/nginx/orders/uploads.conf, with the folder of the kind files")
  }

  /// nginx sends the files of jobs itself, from the folder beside the database. `deploy/up` may show its nginx that folder under
  /// another name, and a path that is not absolute begins where nginx does.
  mutating func lookAtFiles(_ scope: Scope) {
    guard let store = facts.store, store.hasFiles || !facts.uploads.isEmpty,
      let folder = scope.variable("$orders_files"), folder.value.hasPrefix("/"),
      !folder.value.hasPrefix("/run/orders-up/"),
      ![store.path, store.otherPath].contains(where: { $0.map { $0 + "-files" } == folder.value })
    else { return }
    report(
      "files-folder", at: folder.place,
      "nginx looks for files of jobs in \(folder.value), and they lie in \(store.path)-files: they are a 404",
      mend: "set $orders_files \(store.path)-files; in the server part")
  }

  private static func size(above limit: Int) -> String { "\((limit + (64 << 10) + 1023) / 1024)k" }

  mutating func lookAtStream(_ scope: Scope) {
    // Responders ask for it themselves, where nginx listens to that.
    let ignored = scope.all("fastcgi_ignore_headers")
    if scope.value("fastcgi_buffering") != "off",
      let deaf = ignored.first(where: { $0.arguments.contains { $0.lowercased() == "x-accel-buffering" } })
    {
      report(
        "stream-buffering", at: deaf.place, "nginx collects events before it passes them on",
        mend: "no X-Accel-Buffering in fastcgi_ignore_headers, or location ~ /events/?$ { … fastcgi_buffering off; }")
    }
    let passed = scope.all("fastcgi_pass_header").flatMap(\.arguments)
    if !passed.contains(where: { $0.lowercased() == "x-accel-buffering" }) {
      report(
        "stream-buffering", at: scope.place(of: "fastcgi_pass_header"),
        "a second nginx in front of this one is not told to pass events on, and collects them for minutes",
        mend: "location ~ /events/?$ { … fastcgi_pass_header X-Accel-Buffering; }")
    }
    let types = scope.first("gzip_types")?.arguments ?? []
    if scope.value("gzip") == "on", types.contains("*") || types.contains("text/event-stream") {
      report(
        "stream-gzip", at: scope.place(of: "gzip"),
        "streams are compressed, and events stay in the compressor until it is full",
        mend: "location ~ /events/?$ { … gzip off; }")
    }
  }
}
