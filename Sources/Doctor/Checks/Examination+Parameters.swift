extension Examination {
  private static let needed = [
    "REQUEST_METHOD", "REQUEST_URI", "CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_ID", "HTTP_PROXY",
  ]
  private static let all = "include orders/parameters.conf; and keep all fastcgi_param of the server there"

  /// What responders are told of a request. One fastcgi_param in a location loses those of the server.
  mutating func lookAtParameters(_ scope: Scope) {
    let parameters = scope.all("fastcgi_param")
    var values: [String: (value: String, place: Place)] = [:]
    for each in parameters where each.arguments.count >= 2 {
      values[each.arguments[0]] = (each.arguments[1], each.place)
    }
    let place = parameters.first?.place ?? scope.place
    if let target = values["REQUEST_URI"], target.value != "$request_uri" {
      report(
        "request-uri", at: target.place,
        "responders are told \(target.value): decoded, with slashes merged, or rewritten",
        mend: "fastcgi_param REQUEST_URI $request_uri;")
    }
    if let proxy = values["HTTP_PROXY"], !proxy.value.isEmpty {
      report(
        "http-proxy", at: proxy.place,
        "a client's Proxy field arrives as HTTP_PROXY, which programs take for a setting",
        mend: #"fastcgi_param HTTP_PROXY "";"#)
    }
    let missing = Self.needed.filter { values[$0] == nil }
    if missing == ["HTTP_PROXY"] {
      report(
        "http-proxy", at: place, "a client's Proxy field arrives as HTTP_PROXY, which programs take for a setting",
        mend: #"fastcgi_param HTTP_PROXY "";"#)
    } else if !missing.isEmpty {
      report(
        "parameters", at: place, "responders are not told \(missing.joined(separator: ", "))", mend: Self.all)
    }
  }

  /// Whose job it is has to be what nginx found out, and nothing that a client says.
  mutating func lookAtUsers(_ scope: Scope) {
    let user = scope.all("fastcgi_param").last { $0.arguments.first == "REMOTE_USER" }
    let value = user?.arguments.dropFirst().first ?? ""
    let basic = scope.value("auth_basic") ?? "off"
    let request = scope.value("auth_request") ?? "off"
    let isChecked = basic != "off" || request != "off"
    if let user {
      let isClaim = value.hasPrefix("$http_") || value.hasPrefix("$arg_") || value.hasPrefix("$cookie_")
      if isClaim || (value == "$remote_user" && basic == "off") {
        report(
          "user-unchecked", at: user.place,
          "clients are who they say they are: nginx checks no password, and passes \(value)",
          mend: "include orders/authentication.conf;, or leave REMOTE_USER out")
      } else if isChecked, scope.value("satisfy") == "any" {
        report(
          "user-unchecked", at: scope.place(of: "satisfy"),
          "whoever is let in by their address may call themselves anything",
          mend: "satisfy all;")
      }
    } else if isChecked {
      report(
        "user-not-passed", at: scope.place(of: basic != "off" ? "auth_basic" : "auth_request"),
        "clients log in, and responders are not told who they are: everybody sees all jobs",
        mend: "fastcgi_param REMOTE_USER $remote_user; as in orders/authentication.conf")
    }
  }
}
