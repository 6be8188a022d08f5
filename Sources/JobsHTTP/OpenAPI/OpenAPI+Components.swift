import FastCGI
import HTTPTypes
import StrictJSON

/// What the operations share.
extension OpenAPI {
  static let sharedSchemas = """
    "Id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 9223372036854775807,
      "description": "Rises from 1, and is never given again."},
    "Status": {"type": "string", "enum": ["started", "running", "complete", "failed", "cancelled"],
      "description": "started: accepted, waits for a free runner. The last three are final and never change."},
    "Accepted": {"type": "object", "required": ["id"], "additionalProperties": false,
      "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
    "Moment": {"type": "string", "format": "date-time", "description": "RFC 3339, UTC, with milliseconds."},
    "StatusDocument": {
      "type": "object",
      "required": ["id", "status", "done", "progress", "createdAt", "updatedAt", "attempt"],
      "properties": {
        "id": {"$ref": "#/components/schemas/Id"},
        "status": {"$ref": "#/components/schemas/Status"},
        "done": {"type": "boolean", "description": "Whether the status is final."},
        "progress": {
          "type": "object", "required": ["percent", "completed", "total"],
          "properties": {
            "percent": {"type": "integer", "minimum": 0, "maximum": 100,
              "description": "Never falls, and is 100 only when complete."},
            "step": {"type": "string", "description": "What the current attempt is at."},
            "completed": {"type": "integer", "minimum": 0},
            "total": {"type": "integer", "minimum": 0}
          }
        },
        "createdAt": {"$ref": "#/components/schemas/Moment"},
        "startedAt": {"$ref": "#/components/schemas/Moment"},
        "updatedAt": {"$ref": "#/components/schemas/Moment"},
        "finishedAt": {"$ref": "#/components/schemas/Moment"},
        "attempt": {"type": "integer", "minimum": 0, "description": "1 for the first one; 0 before it has begun."},
        "indexed": {"type": "boolean", "description": "true once a search finds it, where its texts can be searched."},
        "error": {"$ref": "#/components/schemas/Problem"}
      }
    },
    "Event": {
      "type": "object", "description": "One event, by the names of its lines.",
      "properties": {
        "id": {"type": "string", "description": "For Last-Event-ID."},
        "event": {"type": "string", "description": "message where there is no such line; expired; snapshot."},
        "data": {
          "type": "string", "contentMediaType": "application/json",
          "contentSchema": {
            "anyOf": [
              {"$ref": "#/components/schemas/StatusDocument"},
              {"type": "object", "required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}},
                "description": "Of an event of the type expired."},
              {"type": "object", "required": ["limit"], "properties": {"limit": {"type": "integer"}},
                "description": "Of an event of the type snapshot: so many status documents follow at most."}
            ]
          }
        },
        "retry": {"type": "integer", "minimum": 0, "description": "Milliseconds before coming again."}
      }
    },
    "Problem": {
      "type": "object", "required": ["type", "title", "status", "detail", "code"],
      "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "A sentence for people."},
        "pointer": {
          "type": "string", "format": "json-pointer",
          "description": "The value of the input that is the reason, where the work of a failed job names one."
        },
        "code": {"type": "string", "description": "A stable word for programs."},
        "instance": {"type": "string", "format": "uri-reference", "description": "The request's id, as in the logs."},
        "parameter": {"type": "string", "description": "The query parameter that is wrong."},
        "errors": {
          "type": "array", "description": "Everything that is wrong with the body.",
          "items": {
            "type": "object", "required": ["pointer", "detail"],
            "properties": {
              "pointer": {"type": "string", "format": "json-pointer"}, "detail": {"type": "string"}
            }
          }
        },
        "error": {"$ref": "#/components/schemas/Problem", "description": "Why the work itself failed."}
      }
    },
    "Welcome": {
      "type": "object", "required": ["service", "version", "collections", "kinds"],
      "properties": {
        "service": {"type": "string"}, "version": {"type": "string"},
        "description": {"type": "string"}, "collections": {"type": "array", "items": {"type": "string"}},
        "kinds": {
          "type": "array",
          "items": {
            "type": "object", "required": ["name", "path", "title"],
            "properties": {
              "name": {"type": "string"}, "path": {"type": "string"}, "title": {"type": "string"},
              "description": {"type": "string"}
            }
          }
        },
        "try": {"type": "object", "description": "The first thing to try."}
      }
    },
    "Health": {
      "type": "object", "required": ["status", "version", "store", "queued", "processes"],
      "properties": {
        "status": {"const": "ok"}, "version": {"type": "string"}, "store": {"type": "string"},
        "queued": {"type": "integer", "minimum": 0},
        "processes": {
          "type": "array",
          "items": {
            "type": "object", "required": ["pid", "startedAt", "running"],
            "properties": {
              "pid": {"type": "integer"}, "startedAt": {"$ref": "#/components/schemas/Moment"},
              "running": {"type": "integer", "minimum": 0},
              "programs": {
                "type": "object", "required": ["user", "sandbox", "limits"],
                "description": "As whom it runs programs, and what confines them; absent where it runs none.",
                "properties": {
                  "user": {"type": "string"},
                  "sandbox": {"type": "string", "description": "What makes the sandboxes, or `none`.", "example": "bubblewrap"},
                  "withoutSandbox": {
                    "type": "array", "items": {"type": "string"},
                    "description": "Kinds whose files say `sandbox: none`."
                  },
                  "limits": {
                    "enum": ["cgroups", "watching"],
                    "description": "What holds programs to their limits of memory and processes: the kernel, or the service, which looks at them."
                  },
                  "missing": {"type": "string", "description": "Why there are no control groups, and what to enable."}
                }
              }
            }
          }
        }
      }
    }
    """

  static let parameters = """
    "Id": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Id"}},
    "Wait": {
      "name": "Prefer", "in": "header", "required": false,
      "description": "`wait=N` (RFC 7240): hold the answer until there is what is waited for, at most N seconds (never more than \(Prefer.longestWait)). Values that can't be understood are ignored.",
      "schema": {"type": "string"}, "example": "wait=10"
    },
    "Limit": {
      "name": "limit", "in": "query", "description": "How many a page shows at most; one that has grown to 8 MiB ends before.",
      "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}
    },
    "Order": {
      "name": "order", "in": "query", "description": "By id: the oldest first, or the newest.",
      "schema": {"type": "string", "enum": ["asc", "desc"], "default": "asc"}
    },
    "After": {
      "name": "after", "in": "query", "description": "A place in the list, from the `next` of the page before.",
      "schema": {"type": "string", "pattern": "^[0-7][0-9a-f]{15}$"}
    },
    "AfterMatch": {
      "name": "after", "in": "query", "description": "A place in the list, or in what `q` finds, from the `next` of the page before.",
      "schema": {"type": "string", "pattern": "^([0-9a-f]{16})?[0-7][0-9a-f]{15}$"}
    },
    "Q": {
      "name": "q", "in": "query", "description": "Words, and phrases in quotes: at most \(SearchQuery.mostTerms) words. A page has at most \(SearchQuery.mostAtOnce) items. All of them are in one passage of the text, in any case and with or without accents.",
      "schema": {"type": "string", "pattern": "[0-9A-Za-z]"}, "example": "march \\"tea time\\""
    },
    "StatusFilter": {
      "name": "status", "in": "query", "explode": true, "description": "Only these; may be given several times.",
      "schema": {
        "type": "array", "minItems": 1,
        "items": {"type": "string", "enum": ["started", "running", "complete", "completed", "failed", "cancelled"]}
      }
    },
    "Ids": {
      "name": "ids", "in": "query", "explode": false, "description": "Only these: `ids=1,2,3`.",
      "schema": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/Id"}}
    },
    "LastEventId": {
      "name": "Last-Event-ID", "in": "header", "description": "The id of the last event that was heard.",
      "schema": {"type": "string"}
    },
    "IfNoneMatch": {
      "name": "If-None-Match", "in": "header",
      "description": "Tags that are known (RFC 9110): 304 while one of them is the current one. With `Prefer: wait=N` on a status: hold until it isn't.",
      "schema": {"type": "string"}
    },
    "IfMatch": {
      "name": "If-Match", "in": "header",
      "description": "Tags of which one must be the current one, or * (RFC 9110); else 412, and nothing is done. For a cancel the tag of the job or of its status document. Cancelling what is cancelled is 204 whatever the tag.",
      "schema": {"type": "string"}
    },
    "IdempotencyKey": {
      "name": "Idempotency-Key", "in": "header",
      "description": "1 to \(IdempotencyKey.longest) visible ASCII characters, bare or quoted. A repeated POST under it is answered with the id of the first one; another body under it is 422.",
      "schema": {"type": "string", "minLength": 1}
    }
    """

  static let headers = """
    "ETag": {"description": "The tag of this state, for If-None-Match.", "schema": {"type": "string"}},
    "CacheControl": {"description": "no-cache: ask the service again before a stored answer is used.", "schema": {"type": "string"}},
    "RetryAfter": {
      "description": "Seconds after which asking again makes sense.", "schema": {"type": "integer", "minimum": 1}
    },
    "Location": {"description": "The address to ask from now on.", "schema": {"type": "string", "format": "uri-reference"}},
    "PreferenceApplied": {
      "description": "The wait that was granted.", "schema": {"type": "string", "pattern": "^wait=[0-9]+$"}
    },
    "Replayed": {
      "description": "Present where the Idempotency-Key was known.", "schema": {"type": "string", "enum": ["true"]}
    },
    "Link": {"description": "The next page, rel=next (RFC 8288).", "schema": {"type": "string"}},
    "Sunset": {"description": "When it is deleted (RFC 8594), where orders expire.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that this address has.", "schema": {"type": "string"}},
    "Accept": {"description": "What the service accepts.", "schema": {"type": "string"}},
    "AcceptEncoding": {"description": "What the service accepts.", "schema": {"type": "string"}}
    """

  static var responses: String {
    let retry = header("Retry-After", "RetryAfter")
    return [
      """
      "NotModified": {
        "description": "Nothing has changed since a tag of If-None-Match.",
        "headers": {
          "ETag": {"$ref": "#/components/headers/ETag"}, "Cache-Control": {"$ref": "#/components/headers/CacheControl"},
          "Preference-Applied": {"$ref": "#/components/headers/PreferenceApplied"}, \(retry)
        }
      }
      """,
      problem("Problem", "Any other failure, in this service or in the web server before it.", .internalError),
      problem(
        "BadParameter", "A query parameter has a value that is not allowed.",
        .badParameter("limit", "A limit is a whole number.")),
      problem("NotFound", "There is no such resource, or it belongs to another user.", .notFound),
      problem("NotAcceptable", "The Accept field excludes what there is.", .notAcceptable("application/json")),
      problem(
        "PreconditionFailed", "The current state does not satisfy If-Match or If-None-Match. Nothing was changed.",
        .preconditionFailed
      ),
      problem(
        "MethodNotAllowed", "This address doesn't have this method.",
        .methodNotAllowed(.put, allow: "GET, HEAD, OPTIONS"),
        headers: header("Allow")),
      problem(
        "TooLarge", "The body is too large. Nothing was stored.", .bodyTooLarge(limit: Server.Configuration().bodyLimit)
      ),
      problem(
        "UnsupportedMediaType", "The Content-Type is not JSON, or the body has a Content-Encoding.",
        .unsupportedMediaType([]),
        headers: """
          "Accept": {"$ref": "#/components/headers/Accept"},
          "Accept-Encoding": {"$ref": "#/components/headers/AcceptEncoding"}
          """),
      problem(
        "Malformed", "The body is not JSON, or did not arrive whole. Nothing was stored.",
        .malformedJSON(MalformedJSON(reason: .unexpectedEnd, offset: 12))),
      problem(
        "Unavailable", "The service can't take this now. Nothing was stored.", .queueFull(retryAfter: 20),
        headers: retry),
      problem(
        "TooManyRequests",
        "This client has as many streams, waits or waiting jobs as one client may have, or sends faster than the web server allows.",
        .tooManyStreams(ofOneClient: 500), headers: retry),
      problem("Forbidden", "Only the service's own machine may ask for this.", .proxied),
    ].joined(separator: ",\n")
  }

  /// A named response that is a problem document, with a real one as its example.
  static func problem(_ name: String, _ description: String, _ example: Problem?, headers: String = "") -> String {
    "\"\(name)\": \(problem(description, examples: example.map { [$0] } ?? [], headers: headers))"
  }

  static func problem(_ description: String, examples: [Problem], headers: String = "") -> String {
    let examples = examples.map { problem in
      "\"\(problem.code)\": {\"value\": \(problem.document)}"
    }
    return """
      {
        "description": "\(description)",
        "headers": {\(headers)},
        "content": {
          "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {\(examples.joined(separator: ", "))}
          }
        }
      }
      """
  }
}

extension Problem {
  fileprivate var document: String {
    guard case .bytes(let bytes) = response(requestID: "5d0f43c1b8f2a9e07c6d1e2f3a4b5c6d").body else { return "{}" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
