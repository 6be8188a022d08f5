import StrictJSON

/// What a client orders, as it is stored.
public struct Order: Hashable, Sendable {
  public let products: [String]
  /// As it was written.
  public let amount: String

  /// An order from an accepted body. Earlier versions took amounts of more digits.
  init?(_ body: JSON) {
    guard case .array(let products)? = body["products"], case .number(let amount)? = body["amount"] else { return nil }
    self.products = products.compactMap {
      guard case .string(let product) = $0 else { return nil }
      return product
    }
    self.amount = amount
    guard self.products.count == products.count else { return nil }
  }

  static let schema = """
    {
      "type": "object", "required": ["products", "amount"],
      "properties": {
        "products": {
          "type": "array", "minItems": 1, "maxItems": 1000,
          "items": {"type": "string", "minLength": 1, "maxLength": 200}
        },
        "amount": {
          "type": "number", "minimum": 0, "maximum": 1000000000000000,
          "description": "At most \(Amount.longestText) characters, and at most \(Amount.mostDigits) digits when written without an exponent. Comes back digit for digit: read it as a decimal, not as a float."
        }
      }
    }
    """

  static let resultSchema = """
    {
      "type": "object", "required": ["id", "products", "amount"], "additionalProperties": false,
      "properties": {
        "id": {"$ref": "#/components/schemas/Id"},
        "products": {"type": "array", "items": {"type": "string"}},
        "amount": {"type": "number"}
      }
    }
    """
}
