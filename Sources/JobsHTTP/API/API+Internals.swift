import FastCGI
import Jobs

/// Who may ask what, by what the web server says of itself and of the way that a request took.
extension API {
  /// nginx passes it at the addresses of this machine that have `/healthz` and `/metrics`: `1`, and behind it the values
  /// of the fields by which a proxy in between shows itself. A client can't set it: its fields are called `HTTP_…`.
  private static let internalParameter = "ORDERS_INTERNAL"

  /// The route that answers `request`. Those for whoever runs the machine exist only where the web server marks them,
  /// however the address is written, so that no site leads to them by mistake.
  func place(of request: Request) -> (route: Int, id: JobID?)? {
    guard let place = routes.find(request.target) else { return nil }
    if routes.routes[place.route].isInternal, request.parameters.bytes(of: Self.internalParameter) == nil { return nil }
    return place
  }

  /// Refuses what a proxy passed on to such a route: its clients are strangers.
  func checkProxies(_ request: Request, at place: (route: Int, id: JobID?)?) throws(Problem) {
    guard let place, routes.routes[place.route].isInternal else { return }
    guard request.parameters.bytes(of: Self.internalParameter).map(Array.init) == [UInt8(ascii: "1")] else {
      throw .proxied
    }
  }

  /// Refuses whatever may write to the socket and is not our web server: it could name any user as `REMOTE_USER`.
  func checkWebServer(_ request: Request) throws(Problem) {
    guard let secrets = configuration.secrets, !secrets.admit(request.parameters) else { return }
    onFailure(UnknownWebServer(), request)
    throw .unknownWebServer
  }
}

/// For the log: a request without the secret.
private struct UnknownWebServer: Error, CustomStringConvertible {
  var description: String { "refused: the request carried no secret from --secret-file (see orders doctor)" }
}
