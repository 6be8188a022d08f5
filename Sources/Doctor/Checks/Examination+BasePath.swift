extension Examination {
  /// Responders answer below their `--base-path`, and what proxies in front may have left of it. A server of its own passes
  /// any address on; a location passes its own.
  mutating func lookAtBasePath(_ mount: Mount) {
    guard let location = mount.location else { return }
    for responder in facts.responders where !responder.basePath.hasSuffix(mount.path) {
      let base = responder.basePath.isEmpty ? "at the root of a host" : "below \(responder.basePath)"
      let other =
        responder.basePath.isEmpty ? "orders/server.conf in a server of its own" : "location \(responder.basePath)/"
      report(
        "base-path", at: location.scope.place,
        "nginx passes \(mount.path)/ to the responders, and they answer \(base) (\(responder.place))",
        mend: "--base-path \(mount.path) for the responders, or \(other)")
    }
  }
}
