/// What a collection's bodies look like, as JSON Schema (2020-12), for the description of the API.
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

  static let order = BodySchema(
    properties: """
      {
        "products": {
          "type": "array", "minItems": 1, "maxItems": \(Order.mostProducts),
          "items": {"type": "string", "minLength": 1, "maxLength": \(Order.longestProduct)}
        },
        "amount": {
          "type": "number", "minimum": 0, "maximum": 1000000000000000,
          "description": "At most \(Amount.longestText) characters, and at most \(Amount.mostDigits) digits when written without an exponent. Comes back digit for digit: read it as a decimal, not as a float."
        }
      }
      """,
    required: ["products", "amount"],
    result: """
      {
        "type": "object", "required": ["id", "products", "amount"], "additionalProperties": false,
        "properties": {
          "id": {"$ref": "#/components/schemas/Id"},
          "products": {"type": "array", "items": {"type": "string"}},
          "amount": {"type": "number"}
        }
      }
      """)
}
