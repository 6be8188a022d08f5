public import HTTPClient
public import Jobs
public import Logging

extension CallbackSender {
  /// Sends over HTTP by `client`, signed with `secrets`, to addresses that `rules` allow. `payload` makes what is told of a final
  /// job: the same bytes each time.
  public convenience init(
    outbox: any JobStore & CallbackOutbox, client: Client, secrets: SigningSecrets, rules: AddressRules,
    configuration: Configuration = Configuration(), logger: Logger, payload: @escaping @Sendable (Job) -> [UInt8]
  ) {
    let call = CallbackCall(
      rules: rules, lookup: SystemLookup(), transport: HTTPTransport(client), userAgent: configuration.userAgent,
      payload: payload,
      signature: { Signature.text(of: $0, timestamp: $1, body: $2, by: secrets) })
    self.init(outbox: outbox, call: call, configuration: configuration, logger: logger)
  }
}
