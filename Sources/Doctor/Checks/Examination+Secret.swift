extension Examination {
  private static let parameter = "ORDERS_SECRET"
  private static let file = "orders/secret.conf, with fastcgi_param \(parameter) and a line of the --secret-file"

  /// The secret by which responders know nginx. No finding has a word of it.
  mutating func lookAtSecret(_ scope: Scope) {
    let passed = scope.all("fastcgi_param").first { $0.arguments.first == Self.parameter }
    let asking = facts.responders.filter(\.asksForSecret)
    guard let passed else {
      if let responder = asking.first {
        report(
          "secret-missing", at: scope.place(of: "fastcgi_param"),
          "nginx passes no secret, and responders (\(responder.place)) refuse every request: 403",
          mend: "make \(Self.file), mode 0600")
      }
      return
    }
    let value = passed.arguments.dropFirst().first ?? ""
    if let stranger = asking.first(where: { $0.secrets.map { !$0.contains(value) } ?? false }) {
      report(
        "secret-differs", at: passed.place,
        "nginx passes a secret that responders (\(stranger.place)) don't take: they refuse every request, 403",
        mend: "put the same secret into both files, reload nginx and restart the responders")
    }
    if !facts.responders.isEmpty, asking.isEmpty {
      report(
        "secret-unchecked", at: passed.place,
        "nginx passes a secret that no responder asks for", mend: "start responders with --secret-file")
    }
    if let mode = facts.secretFileModes[passed.place.file], mode & 0o077 != 0 {
      report(
        "secret-open", at: passed.place.file,
        "others may read the secret (mode \(Self.octal(mode))), and with it say to be any user",
        mend: "chmod 0600 \(passed.place.file)")
    }
  }
}
