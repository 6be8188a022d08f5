import HTTPTypes

extension HTTPField.Name {
  static let accelRedirect = Self("X-Accel-Redirect")!
  static let accelBuffering = Self("X-Accel-Buffering")!
  static let idempotentReplayed = Self("Idempotent-Replayed")!
  static let link = Self("Link")!
  static let preferenceApplied = Self("Preference-Applied")!
  static let host = Self("Host")!
  static let secFetchSite = Self("Sec-Fetch-Site")!
  static let sunset = Self("Sunset")!
}

extension HTTPField {
  static let json = HTTPField(name: .contentType, value: "application/json")
  static let problemJSON = HTTPField(name: .contentType, value: "application/problem+json")
  static let eventStream = HTTPField(name: .contentType, value: "text/event-stream")
  static let exposition = HTTPField(name: .contentType, value: "text/plain; version=0.0.4; charset=utf-8")
  /// Tells nginx to pass on what comes as it comes.
  static let unbuffered = HTTPField(name: .accelBuffering, value: "no")
  static let noCache = HTTPField(name: .cacheControl, value: "no-cache")
  /// Of a stream: no proxy may compress it either, which would hold events back.
  static let noTransform = HTTPField(name: .cacheControl, value: "no-cache, no-transform")
  static let noStore = HTTPField(name: .cacheControl, value: "no-store")

  static func retryAfter(_ seconds: Int) -> HTTPField {
    HTTPField(name: .retryAfter, value: String(seconds))
  }

  static func waited(_ seconds: Int) -> HTTPField {
    HTTPField(name: .preferenceApplied, value: "wait=\(seconds)")
  }
}
