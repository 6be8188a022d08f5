import Foundation
import FoundationNetworking

extension ClientFailure {
  /// What it means that no answer came.
  static func of(_ error: any Error, at address: ServiceAddress, after timeout: Duration) -> ClientFailure {
    if error is Connection.Excess { return .tooMuch(from: address) }
    guard let error = error as? URLError else { return ClientFailure(.other, "\(address): \(error)") }
    // Foundation has libcurl's own words there, and no code of its own for most of them.
    let cause = PrintableText.text(error.userInfo[NSLocalizedDescriptionKey] as? String ?? "\(error.code)")
    switch error.code {
    case .cannotConnectToHost:
      return ClientFailure(
        .away, "nothing answers at \(address): is the service running there (deploy/up)? Else set --url or ORDERS_URL")
    case .cannotFindHost, .dnsLookupFailed:
      return ClientFailure(.away, "\(address): there is no such host, or no network: look at --url or ORDERS_URL")
    case .timedOut:
      var failure = ClientFailure(
        .away, "\(address) does not answer within \(timeout.text): try again later, or with a longer --timeout")
      failure.mayBeTaken = true
      return failure
    case .badURL:  // Foundation refuses every address of IPv6 in a URL (swift-corelibs-foundation issue 5496)
      return ClientFailure(
        .away,
        "\(address) can't be asked (\(cause)): use a name in place of an IPv6 address, in --url or ORDERS_URL")
    case .unsupportedURL:  // what libcurl says to an answer that is no HTTP
      return ClientFailure(
        .foreign, "\(address) answers, but not as an order service (\(cause)): set --url or ORDERS_URL")
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot,
      .serverCertificateHasBadDate:
      return ClientFailure(.away, "\(address): no secure connection (\(cause)): look at --url and the certificate")
    default:
      var failure = ClientFailure(.away, "\(address): the connection broke (\(cause)): try again")
      failure.mayBeTaken = true
      return failure
    }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

  /// `30 s`, `0.25 s`.
  var text: String {
    seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }
}
