import Jobs

/// One attempt: find where it goes, look whether it may, and send it exactly there.
struct CallbackCall: Sendable {
  var rules: AddressRules
  var lookup: any HostLookup
  var transport: any Transport
  var userAgent: String
  /// What is told of a final job; the same in every attempt.
  var payload: @Sendable (Job) -> [UInt8]
  /// The header `webhook-signature`, of id, time and body.
  var signature: @Sendable (_ message: String, _ timestamp: Int64, _ body: [UInt8]) -> String

  /// Never throws: that there is no answer is a result like others.
  func attempt(_ delivery: CallbackDelivery, within limit: Duration) async -> CallbackResult {
    await withTaskGroup(of: CallbackResult.self) { group in
      group.addTask { await self.attempt(delivery) }
      group.addTask {
        do {
          try await Task.sleep(for: limit)
          return .failed("no answer within \(limit)")
        } catch {
          return .interrupted
        }
      }
      defer { group.cancelAll() }
      let first = await group.next() ?? .interrupted
      // Both end when the process stops: an answer that has come counts all the same.
      if first == .interrupted, let other = await group.next(), case .answered = other { return other }
      return first
    }
  }

  private func attempt(_ delivery: CallbackDelivery) async -> CallbackResult {
    guard let target = CallbackTarget(delivery.url) else { return .failed("its URL can't be called") }
    do {
      let addresses = try await addresses(of: target.host)
      let allowed = addresses.filter { rules.allows($0) && (!target.isPlain || $0.isLoopback) }
      guard !allowed.isEmpty else {
        return .failed("refused: \(addresses.map(\.description).joined(separator: ", ")) is not to be called")
      }
      // Each attempt takes the next, so that one dead address of several doesn't matter for long.
      let address = allowed[(delivery.attempt - 1) % allowed.count]
      return .answered(try await transport.post(request(for: delivery, at: .now), to: address))
    } catch {
      return Task.isCancelled ? .interrupted : .failed(String("\(error)".prefix(200)))
    }
  }

  private func addresses(of host: String) async throws -> [IPAddress] {
    if let address = IPAddress(host) { return [address] }
    // As at submission.
    if LoopbackName.contains(host) { return LoopbackName.addresses.compactMap { IPAddress($0) } }
    return try await lookup.addresses(of: host)
  }

  /// <https://www.standardwebhooks.com>
  private func request(for delivery: CallbackDelivery, at now: Timestamp) -> CallbackRequest {
    let body = payload(delivery.job)
    let seconds = now.milliseconds / 1000
    return CallbackRequest(
      url: delivery.url,
      headerFields: [
        ("content-type", "application/json"), ("user-agent", userAgent), ("webhook-id", delivery.message),
        ("webhook-timestamp", "\(seconds)"), ("webhook-signature", signature(delivery.message, seconds, body)),
      ], body: body)
  }
}
