import HTTPClient

extension ClientFailure {
  /// What it means that no answer came. `silence` is how long the service could have been silent.
  static func of(_ error: TransferError, at address: ServiceAddress, after silence: Duration) -> ClientFailure {
    let cause = PrintableText.text(error.detail)
    switch error.code {
    case .tooLong: return .tooMuch(from: address)
    case .cancelled: return ClientFailure(.other, "interrupted")
    case .badRequest: return ClientFailure(.wrongUse, "\(address) can't be asked: \(cause)")
    case .unreachable, .refusedAddress:
      return ClientFailure(
        .away, "nothing answers at \(address): is the service running there (deploy/up)? Else set --url or ORDERS_URL")
    case .unresolved:
      return ClientFailure(.away, "\(address): there is no such host, or no network: look at --url or ORDERS_URL")
    case .timedOut:
      var failure = ClientFailure(
        .away, "\(address) does not answer within \(silence.text): try again later, or with a longer --timeout")
      failure.mayBeTaken = true
      return failure
    case .notHTTP:
      return ClientFailure(
        .foreign, "\(address) answers, but not as a job service (\(cause)): set --url or ORDERS_URL")
    case .insecure:
      return ClientFailure(.away, "\(address): no secure connection (\(cause)): look at --url and the certificate")
    case .brokenOff, .other:
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
