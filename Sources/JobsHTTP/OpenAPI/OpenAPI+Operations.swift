import Jobs
import Kinds
import StrictJSON

/// What can be done with a kind and with one of its jobs.
extension OpenAPI {
  static let sunset = header("Sunset")
  private static let waited = header("Preference-Applied", "PreferenceApplied")
  private static let retry = header("Retry-After", "RetryAfter")

  static func list(_ kind: Kind) -> String {
    let search = """
      , "description": "With `q`, those whose texts have all of the words, best first. Only `limit` and `after` go with it."
      """
    return """
      {
        "operationId": "list\(name(kind))", "summary": "A page, in order of id", "tags": ["\(kind.path)"]\(kind.search == nil ? "" : search),
        "parameters": [
          {"$ref": "#/components/parameters/Limit"}, {"$ref": "#/components/parameters/Order"},
          {"$ref": "#/components/parameters/After\(kind.search == nil ? "" : "Match")"}, {"$ref": "#/components/parameters/StatusFilter"},
          {"$ref": "#/components/parameters/Ids"}\(kind.search == nil ? "" : ", {\"$ref\": \"#/components/parameters/Q\"}")
        ],
        "responses": {
          "200": {
            "description": "The page. Walking `next` neither skips nor repeats what was there at the start.",
            "headers": {\(tagged), "Link": {"$ref": "#/components/headers/Link"}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\(name(kind))List"}}}
          },
          \(notModified),
          \(problems([400: "BadParameter", 406: "NotAcceptable", 412: "PreconditionFailed", 503: "Unavailable"]))
        }
      }
      """
  }

  static func submit(_ kind: Kind, callsBack: Bool) -> String {
    let verbs =
      ["read", "status", "result", "cancel", "events"] + (kind.log == .owner ? ["log"] : [])
      + (kind.files.isEmpty ? [] : ["remove"])
    let links = verbs.map { verb in
      """
      "\(verb)": {"operationId": "\(verb)\(name(kind))", "parameters": {"id": "$response.body#/id"}}
      """
    }.joined(separator: ", ")
    let example = kind.example.map { ", \"example\": \($0)" } ?? ""
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
          InvalidBody([.init(JSONPointer.root.appending("amount"), "This must be a number.")]), noun: kind.noun),
        .idempotencyKeyReused,
      ])
    return """
      {
        "operationId": "submit\(name(kind))", "summary": "Accept work", "tags": ["\(kind.path)"],
        "description": "When the answer leaves, it is on disk. Send an Idempotency-Key (see components/parameters/IdempotencyKey) to be able to repeat the request without doing the work twice.",
        "parameters": [{"$ref": "#/components/parameters/Wait"}],
        "requestBody": {
          "required": true,
          "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/\(name(kind))Input"}\(example)
          }\(uploads(kind))}
        },
        \(callsBack ? callbacks : "")
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
          "422": \(refused),\(uploadProblems(kind))
          \(problems([
            400: "Malformed", 406: "NotAcceptable", 412: "PreconditionFailed", 413: "TooLarge",
            415: "UnsupportedMediaType", 429: "TooManyRequests", 503: "Unavailable",
          ]))
        }
      }
      """
  }

  static func read(_ kind: Kind) -> String {
    """
    {
      "operationId": "read\(name(kind))", "summary": "What was asked for, and its status",
      "tags": ["\(kind.path)"],
      "responses": {
        "200": {
          "description": "As it stands.", "headers": {\(tagged), \(sunset)},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\(name(kind))"}}}
        },
        \(notModified),
        \(gone(kind)),
        \(problems([404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 503: "Unavailable"]))
      }
    }
    """
  }

  static func status(_ kind: Kind) -> String {
    """
    {
      "operationId": "status\(name(kind))", "summary": "How far it is", "tags": ["\(kind.path)"],
      "parameters": [{"$ref": "#/components/parameters/Wait"}],
      "responses": {
        "200": {
          "description": "In every state. With `Prefer: wait=N`: when it is final, or after N seconds.",
          "headers": {\(tagged), \(retry), \(waited), \(sunset)},
          "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/StatusDocument"}, "example": \(statusExample(kind))
          }}
        },
        \(notModified),
        \(gone(kind)),
        \(problems([
          404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 429: "TooManyRequests", 503: "Unavailable"
        ]))
      }
    }
    """
  }

  static func cancel(_ kind: Kind) -> String {
    let conflict = problem(
      "It had ended before, complete or failed.", examples: [.alreadyFinished(kind.noun, .complete)])
    return """
      {
        "operationId": "cancel\(name(kind))", "summary": "Stop it", "tags": ["\(kind.path)"],
        "description": "When the answer leaves, it is cancelled for good. May be repeated.",
        "responses": {
          "204": {"description": "It is cancelled and will never be complete."},
          "409": \(conflict),
          \(gone(kind)),
          \(problems([404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 503: "Unavailable"]))
        }
      }
      """
  }

  static func result(_ kind: Kind) -> String {
    let type = MediaType(kind.resultType)
    let schema = type?.isJSON == true ? "{\"$ref\": \"#/components/schemas/\(name(kind))Result\"}" : "{}"
    if case .file(let file) = kind.form { return result(kind, "result", "What came of it", bytes(file.types)) }
    return result(kind, "result", "What came of it", "\"\(kind.resultType)\": {\"schema\": \(schema)}")
  }

  static func file(_ kind: Kind, _ file: DeclaredFile) -> String {
    result(kind, "file\(camelCase(file.name))Of", "The result's file \(file.name)", bytes(file.types))
  }

  /// `text.txt` is `TextTxt`.
  static func camelCase(_ name: String) -> String {
    name.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func bytes(_ types: [String]) -> String {
    types.map { "\"\($0)\": {\"schema\": {}}" }.joined(separator: ", ")
  }

  private static func result(_ kind: Kind, _ id: String, _ summary: String, _ content: String) -> String {
    let conflict = problem(
      "There is no result: not yet (with Retry-After), or never.",
      examples: [
        .failed(kind.noun, .workFailed), .cancelled(kind.noun),
      ], headers: retry)
    return """
      {
        "operationId": "\(id)\(name(kind))", "summary": "\(summary)", "tags": ["\(kind.path)"],
        "parameters": [{"$ref": "#/components/parameters/Wait"}],
        "responses": {
          "200": {
            "description": "The result. It never changes.", "headers": {\(tagged), \(waited), \(sunset)},
            "content": {\(content)}
          },
          "409": \(conflict),
          \(notModified),
          \(gone(kind)),
          \(problems([
            404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 429: "TooManyRequests", 503: "Unavailable"
          ]))
        }
      }
      """
  }

  static func events(_ kind: Kind) -> String {
    """
    {
      "operationId": "events\(name(kind))", "summary": "Its changes as Server-Sent Events",
      "tags": ["\(kind.path)"],
      "description": "Each event's data is the status document. The first is the state of now, the last one is final, and then the stream ends. States in between may be left out.",
      "parameters": [{"$ref": "#/components/parameters/LastEventId"}],
      "responses": {
        "200": \(stream),
        "204": {"description": "The final event was heard before: there will be no other."},
        \(gone(kind)),
        \(problems([
          404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 429: "TooManyRequests", 503: "Unavailable"
        ]))
      }
    }
    """
  }

  static func allEvents(_ kind: Kind) -> String {
    """
    {
      "operationId": "allEvents\(name(kind))", "summary": "The changes of all of them as Server-Sent Events",
      "tags": ["\(kind.path)"],
      "description": "Each event's data is a status document. Begins with the newest page, or, with Last-Event-ID, with what has changed since; it never ends by itself. Where more has changed than a page has, or the id is of another store, an event of the type `snapshot` comes first, then the newest page: read the list for what else has ended. `status` chooses the page, and what these can come to is told too. One that has expired is an event of the type `expired`, whose data has the id alone.",
      "parameters": [
        {"$ref": "#/components/parameters/LastEventId"}, {"$ref": "#/components/parameters/Limit"},
        {"$ref": "#/components/parameters/StatusFilter"}, {"$ref": "#/components/parameters/Ids"}
      ],
      "responses": {
        "200": \(stream),
        \(problems([
          400: "BadParameter", 406: "NotAcceptable", 412: "PreconditionFailed", 429: "TooManyRequests", 503: "Unavailable"
        ]))
      }
    }
    """
  }

  /// The body has no schema: clients that are generated would read a whole stream, and parse it as one document. What one
  /// event is stands beside, as OpenAPI 3.2 has it but under a name that readers of 3.1 leave alone.
  private static let stream = """
    {
      "description": "Events until the connection or the work ends. A comment at least every 15 seconds. Read it as it comes, with a library for Server-Sent Events: x-itemSchema is one event.",
      "headers": {"Cache-Control": {"$ref": "#/components/headers/CacheControl"}},
      "content": {"text/event-stream": {"x-itemSchema": {"$ref": "#/components/schemas/Event"}}}
    }
    """

  static func gone(_ kind: Kind) -> String {
    let gone = problem(
      "It was removed, or has expired.",
      examples: [.expired(kind.noun, JobID(rawValue: 3))])
    return "\"410\": \(gone)"
  }

  private static func statusExample(_ kind: Kind) -> String {
    var writer = JSONWriter()
    writer.status(of: exampleJob(kind), noun: kind.noun)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// One that runs.
  static func exampleJob(_ kind: Kind) -> Job {
    let at = Timestamp(milliseconds: 1_764_000_000_000)
    return Job(
      id: JobID(rawValue: 3), kind: kind.name, owner: "", status: .running, input: [], attempt: 1, epoch: 1,
      progress: JobProgress(percent: 40, step: "products", completed: 2, total: 5), failure: nil, change: 7,
      createdAt: at, startedAt: at, updatedAt: at, finishedAt: nil)
  }
}
