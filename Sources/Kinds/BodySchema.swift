/// What a kind's bodies look like, as JSON Schema (2020-12), for the description of the API.
public struct BodySchema: Sendable {
  /// The `properties` of a body, as a JSON object.
  public let properties: String
  public let required: [String]
  /// The schema of a result, where that is JSON.
  public let result: String

  public init(properties: String, required: [String], result: String = #"{"type":"object"}"#) {
    self.properties = properties
    self.required = required
    self.result = result
  }
}
