import Kinds

extension BodySchema {
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
