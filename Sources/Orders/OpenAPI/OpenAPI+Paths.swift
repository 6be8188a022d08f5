import Jobs

/// The operations.
extension OpenAPI {
  private static let tagged = """
    "ETag": {"$ref": "#/components/headers/ETag"}, "Cache-Control": {"$ref": "#/components/headers/CacheControl"}
    """
  private static let sunset = header("Sunset")
  private static let waited = header("Preference-Applied", "PreferenceApplied")
  private static let retry = header("Retry-After", "RetryAfter")
  private static let notModified = "\"304\": {\"$ref\": \"#/components/responses/NotModified\"}"

  static let servicePaths = """
    "/": {
      "get": {
        "operationId": "welcome", "summary": "What there is, and what to try first", "tags": ["service"],
        "responses": {
          "200": {
            "description": "The service, in short.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Welcome"}}}
          },
          \(problems([406: "NotAcceptable"]))
        }
      }
    },
    "/openapi.json": {
      "get": {
        "operationId": "describe", "summary": "This document", "tags": ["service"],
        "responses": {
          "200": {
            "description": "An OpenAPI 3.1 document.", "headers": {\(tagged)},
            "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "info", "paths"]}}}
          },
          \(notModified),
          \(problems([406: "NotAcceptable"]))
        }
      }
    },
    "/healthz": {
      "get": {
        "operationId": "health", "summary": "Every process that lives (from the service's own machine only)",
        "tags": ["service"],
        "responses": {
          "200": {
            "description": "The store can be written.",
            "headers": {"Cache-Control": {"schema": {"const": "no-store"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}
          },
          \(problems([403: "Forbidden", 406: "NotAcceptable", 503: "Unavailable"]))
        }
      }
    }
    """

  static func paths(of collection: Collection) -> String {
    [
      """
      "/\(collection.path)": {"get": \(list(collection)), "post": \(submit(collection))}
      """,
      path(collection, "/{id}", "get", read(collection)), path(collection, "/{id}/status", "get", status(collection)),
      path(collection, "/{id}/cancel", "delete", cancel(collection)),
      path(collection, "/{id}/result", "get", result(collection)),
      path(collection, "/{id}/events", "get", events(collection)),
      """
      "/\(collection.path)/events": {"get": \(allEvents(collection))}
      """,
    ].joined(separator: ",\n")
  }

  private static func path(
    _ collection: Collection, _ suffix: String, _ method: String, _ operation: String
  ) -> String {
    """
    "/\(collection.path)\(suffix)": {
      "parameters": [{"$ref": "#/components/parameters/Id"}], "\(method)": \(operation)
    }
    """
  }

  static func schemas(of collection: Collection) -> String {
    let name = name(collection)
    let required = collection.schema.required.map { "\"\($0)\"" }.joined(separator: ", ")
    let separator = required.isEmpty ? "" : ", "
    return """
      "\(name)Input": {
        "type": "object", "required": [\(required)], "additionalProperties": false,
        "properties": \(collection.schema.properties)
      },
      "\(name)": {
        "allOf": [
          {
            "type": "object", "required": ["id", "status"\(separator)\(required)],
            "properties": {
              "id": {"$ref": "#/components/schemas/Id"}, "status": {"$ref": "#/components/schemas/Status"}
            }
          },
          {"type": "object", "properties": \(collection.schema.properties)}
        ]
      },
      "\(name)List": {
        "type": "object", "required": ["\(collection.path)"],
        "properties": {
          "\(collection.path)": {"type": "array", "items": {"$ref": "#/components/schemas/\(name)"}},
          "next": {"type": "string", "format": "uri-reference", "description": "The next page, where there is one."}
        }
      },
      "\(name)Result": \(collection.schema.result)
      """
  }

  /// `Order` for orders: what generated clients call it.
  private static func name(_ collection: Collection) -> String {
    collection.noun.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func list(_ collection: Collection) -> String {
    """
    {
      "operationId": "list\(name(collection))", "summary": "A page, in order of id", "tags": ["\(collection.path)"],
      "parameters": [
        {"$ref": "#/components/parameters/Limit"}, {"$ref": "#/components/parameters/Order"},
        {"$ref": "#/components/parameters/After"}, {"$ref": "#/components/parameters/StatusFilter"},
        {"$ref": "#/components/parameters/Ids"}
      ],
      "responses": {
        "200": {
          "description": "The page. Walking `next` neither skips nor repeats what was there at the start.",
          "headers": {\(tagged), "Link": {"$ref": "#/components/headers/Link"}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\(name(collection))List"}}}
        },
        \(notModified),
        \(problems([400: "BadParameter", 406: "NotAcceptable", 503: "Unavailable"]))
      }
    }
    """
  }

  private static func submit(_ collection: Collection) -> String {
    let links = ["read", "status", "result", "cancel", "events"].map { verb in
      """
      "\(verb)": {"operationId": "\(verb)\(name(collection))", "parameters": {"id": "$response.body#/id"}}
      """
    }.joined(separator: ", ")
    let example = collection.example.map { ", \"example\": \($0)" } ?? ""
    let accepted = """
      "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Accepted"}, "example": {"id": 3}
      }},
      "links": {\(links)}
      """
    let refused = problem(
      "The body is JSON of the wrong shape, or the Idempotency-Key was used for another one. Nothing was stored.",
      examples: [
        .invalidBody(
          InvalidBody([.init(JSONPointer.root.appending("amount"), "This must be a number.")]), noun: collection.noun),
        .idempotencyKeyReused,
      ])
    return """
      {
        "operationId": "submit\(name(collection))", "summary": "Accept work", "tags": ["\(collection.path)"],
        "description": "When the answer leaves, it is on disk. Send an Idempotency-Key (see components/parameters/IdempotencyKey) to be able to repeat the request without doing the work twice.",
        "parameters": [{"$ref": "#/components/parameters/Wait"}],
        "requestBody": {
          "required": true,
          "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/\(name(collection))Input"}\(example)
          }}
        },
        "responses": {
          "201": {
            "description": "It was waited for, and is complete.",
            "headers": {
              "Location": {"$ref": "#/components/headers/Location"}, \(waited),
              "Idempotent-Replayed": {"$ref": "#/components/headers/Replayed"}
            },
            \(accepted)
          },
          "202": {
            "description": "Accepted. Location is where its status is.",
            "headers": {
              "Location": {"$ref": "#/components/headers/Location"}, \(retry),
              "Idempotent-Replayed": {"$ref": "#/components/headers/Replayed"}
            },
            \(accepted)
          },
          "422": \(refused),
          \(problems([
            400: "Malformed", 406: "NotAcceptable", 413: "TooLarge", 415: "UnsupportedMediaType",
            429: "TooManyRequests", 503: "Unavailable",
          ]))
        }
      }
      """
  }

  private static func read(_ collection: Collection) -> String {
    """
    {
      "operationId": "read\(name(collection))", "summary": "What was asked for, and its status",
      "tags": ["\(collection.path)"],
      "responses": {
        "200": {
          "description": "As it stands.", "headers": {\(tagged), \(sunset)},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\(name(collection))"}}}
        },
        \(notModified),
        \(gone(collection)),
        \(problems([404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
      }
    }
    """
  }

  private static func status(_ collection: Collection) -> String {
    """
    {
      "operationId": "status\(name(collection))", "summary": "How far it is", "tags": ["\(collection.path)"],
      "parameters": [{"$ref": "#/components/parameters/Wait"}],
      "responses": {
        "200": {
          "description": "In every state. With `Prefer: wait=N`: when it is final, or after N seconds.",
          "headers": {\(tagged), \(retry), \(waited), \(sunset)},
          "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/StatusDocument"}, "example": \(statusExample(collection))
          }}
        },
        \(notModified),
        \(gone(collection)),
        \(problems([404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
      }
    }
    """
  }

  private static func cancel(_ collection: Collection) -> String {
    let conflict = problem(
      "It had ended before, complete or failed.", examples: [.alreadyFinished(collection.noun, .complete)])
    return """
      {
        "operationId": "cancel\(name(collection))", "summary": "Stop it", "tags": ["\(collection.path)"],
        "description": "When the answer leaves, it is cancelled for good. May be repeated.",
        "responses": {
          "204": {"description": "It is cancelled and will never be complete."},
          "409": \(conflict),
          \(gone(collection)),
          \(problems([404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
        }
      }
      """
  }

  private static func result(_ collection: Collection) -> String {
    let type = MediaType(collection.resultType)
    let schema = type?.isJSON == true ? "{\"$ref\": \"#/components/schemas/\(name(collection))Result\"}" : "{}"
    let conflict = problem(
      "There is no result: not yet (with Retry-After), or never.",
      examples: [
        .failed(collection.noun, .workFailed), .cancelled(collection.noun),
      ], headers: retry)
    return """
      {
        "operationId": "result\(name(collection))", "summary": "What came of it", "tags": ["\(collection.path)"],
        "parameters": [{"$ref": "#/components/parameters/Wait"}],
        "responses": {
          "200": {
            "description": "The result. It never changes.", "headers": {\(tagged), \(waited), \(sunset)},
            "content": {"\(collection.resultType)": {"schema": \(schema)}}
          },
          "409": \(conflict),
          \(notModified),
          \(gone(collection)),
          \(problems([404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
        }
      }
      """
  }

  private static func events(_ collection: Collection) -> String {
    """
    {
      "operationId": "events\(name(collection))", "summary": "Its changes as Server-Sent Events",
      "tags": ["\(collection.path)"],
      "description": "Each event's data is the status document. The first is the state of now, the last one is final, and then the stream ends. States in between may be left out.",
      "parameters": [{"$ref": "#/components/parameters/LastEventId"}],
      "responses": {
        "200": \(stream),
        "204": {"description": "The final event was heard before: there will be no other."},
        \(gone(collection)),
        \(problems([404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
      }
    }
    """
  }

  private static func allEvents(_ collection: Collection) -> String {
    """
    {
      "operationId": "allEvents\(name(collection))", "summary": "The changes of all of them as Server-Sent Events",
      "tags": ["\(collection.path)"],
      "description": "Each event's data is a status document. Begins with the newest page, or, with Last-Event-ID, with what has changed since; it never ends by itself. `status` chooses the page, and what these can come to is told too. One that has expired is an event of the type `expired`.",
      "parameters": [
        {"$ref": "#/components/parameters/LastEventId"}, {"$ref": "#/components/parameters/Limit"},
        {"$ref": "#/components/parameters/StatusFilter"}, {"$ref": "#/components/parameters/Ids"}
      ],
      "responses": {
        "200": \(stream),
        \(problems([400: "BadParameter", 406: "NotAcceptable", 503: "Unavailable"]))
      }
    }
    """
  }

  private static let stream = """
    {
      "description": "Events until the connection or the work ends. A comment at least every 15 seconds.",
      "headers": {"Cache-Control": {"$ref": "#/components/headers/CacheControl"}},
      "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Event"}}}
    }
    """

  private static func gone(_ collection: Collection) -> String {
    let gone = problem(
      "It has ended, and was kept for as long as such are kept.",
      examples: [.expired(collection.noun, JobID(rawValue: 3))])
    return "\"410\": \(gone)"
  }

  private static func statusExample(_ collection: Collection) -> String {
    let at = Timestamp(milliseconds: 1_764_000_000_000)
    let job = Job(
      id: JobID(rawValue: 3), kind: collection.kind, owner: "", status: .running, input: [], attempt: 1, epoch: 1,
      progress: JobProgress(percent: 40, step: "products", completed: 2, total: 5), failure: nil, change: 7,
      createdAt: at, startedAt: at, updatedAt: at, finishedAt: nil)
    var writer = JSONWriter()
    writer.status(of: job, noun: collection.noun)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
