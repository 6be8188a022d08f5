import StrictJSON

/// What is added where jobs may have a `callback`.
extension OpenAPI {
  /// The properties of a body (a JSON object), and one more.
  static func withCallback(_ properties: String) -> String {
    let callback = """
      "callback": {
        "type": "string", "format": "uri", "maxLength": \(CallbackURL.longest), "pattern": "^https?://",
        "description": "An https address (http on loopback only). When the work has ended, a message is posted there, again and again until a 2xx."
      }
      """
    let others = properties.drop { $0 != "{" }.dropFirst()
    return others.contains("\"") ? "{\(callback), \(others)" : "{\(callback)}"
  }

  /// Standard Webhooks (standardwebhooks.com).
  static let callbacks = """
    "callbacks": {
      "ended": {
        "{$request.body#/callback}": {
          "post": {
            "summary": "It has ended",
            "description": "Sent at least once, each time with the same webhook-id. Answer 2xx to be told no more, 410 to be left alone.",
            "parameters": [
              {"name": "webhook-id", "in": "header", "required": true, "schema": {"type": "string"}},
              {"name": "webhook-timestamp", "in": "header", "required": true, "schema": {"type": "integer"},
                "description": "Of this attempt, in Unix seconds."},
              {"name": "webhook-signature", "in": "header", "required": true, "schema": {"type": "string"},
                "description": "v1, and the HMAC-SHA256 of id.timestamp.body in base64; one for each secret, with spaces between."}
            ],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}}
            },
            "responses": {
              "2XX": {"description": "Taken."}, "410": {"description": "Never to be tried again."},
              "default": {"description": "To be tried again, not before Retry-After."}
            }
          }
        }
      }
    },
    """

  static let messageSchema = """
    "Message": {
      "type": "object", "required": ["type", "timestamp", "data"],
      "properties": {
        "type": {"type": "string", "description": "The word for the kind, a dot, and how the job ended: complete, failed or cancelled."},
        "timestamp": {"$ref": "#/components/schemas/Moment"},
        "data": {"$ref": "#/components/schemas/StatusDocument"}
      }
    }
    """
}
