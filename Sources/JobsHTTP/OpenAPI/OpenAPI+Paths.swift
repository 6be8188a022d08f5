import Jobs
import Kinds
import StrictJSON

/// What is at which address, and the schemas of a kind.
extension OpenAPI {
  static let tagged = """
    "ETag": {"$ref": "#/components/headers/ETag"}, "Cache-Control": {"$ref": "#/components/headers/CacheControl"}
    """
  static let notModified = "\"304\": {\"$ref\": \"#/components/responses/NotModified\"}"

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
    }
    """

  /// They are at the root of a server of their own, whatever the path of the service.
  static func internalPaths(isBelow: Bool) -> String {
    let server = isBelow ? #""servers": [{"url": "/"}], "# : ""
    return """
      "/healthz": {
        \(server)"get": {
          "operationId": "health", "summary": "Every process that lives (from the service's own machine only)",
          "tags": ["service"],
          "responses": {
            "200": {
              "description": "The store can be written.",
              "headers": {"Cache-Control": {"schema": {"const": "no-store"}}},
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}
            },
            \(problems([403: "Forbidden", 404: "NotFound", 406: "NotAcceptable", 503: "Unavailable"]))
          }
        }
      },
      "/metrics": {
        \(server)"get": {
          "operationId": "metrics", "summary": "Numbers for Prometheus, of all processes (from the service's own machine only)",
          "tags": ["service"],
          "responses": {
            "200": {
              "description": "Prometheus's text format.",
              "headers": {"Cache-Control": {"schema": {"const": "no-store"}}},
              "content": {"text/plain": {"schema": {"type": "string"}}}
            },
            \(problems([403: "Forbidden", 404: "NotFound", 406: "NotAcceptable"]))
          }
        }
      }
      """
  }

  static func paths(of kind: Kind, callsBack: Bool) -> String {
    let log = kind.log == .owner ? [path(kind, "/{id}/log", "get", log(kind))] : []
    let paths = [
      """
      "/\(kind.path)": {"get": \(list(kind)), "post": \(submit(kind, callsBack: callsBack))}
      """,
      path(kind, "/{id}", "get", read(kind), more: kind.files.isEmpty ? "" : ", \"delete\": \(remove(kind))"),
      path(kind, "/{id}/status", "get", status(kind)),
      path(kind, "/{id}/cancel", "delete", cancel(kind)),
      path(kind, "/{id}/result", "get", result(kind)),
      path(kind, "/{id}/events", "get", events(kind)),
      """
      "/\(kind.path)/events": {"get": \(allEvents(kind))}
      """,
    ]
    let files = kind.form.files.map { path(kind, "/{id}/result/\($0.name)", "get", file(kind, $0)) }
    let inputs = kind.files.map { path(kind, "/{id}/files/\($0.name)/{number}", "get", inputFile(kind, $0)) }
    return (paths + files + inputs + log).joined(separator: ",\n")
  }

  /// Of what a search finds.
  private static let foundMembers = """
    ,
              "page": {"type": "integer", "minimum": 1, "description": "Of what was found by `q`: the page of its text."},
              "snippet": {"type": "string", "description": "Of what was found by `q`: the text around the words."}
    """

  private static func path(
    _ kind: Kind, _ suffix: String, _ method: String, _ operation: String, more: String = ""
  ) -> String {
    """
    "/\(kind.path)\(suffix)": {
      "parameters": [{"$ref": "#/components/parameters/Id"}], "\(method)": \(operation)\(more)
    }
    """
  }

  static func schemas(of kind: Kind, callsBack: Bool) -> String {
    let name = name(kind)
    let schema = try? kind.input.get().openAPI
    let properties = text(schema?["properties"] ?? .object([]))
    // Without the brackets.
    let required = text(schema?["required"] ?? .array([])).dropFirst().dropLast()
    let separator = required.isEmpty ? "" : ", "
    return """
      "\(name)Input": {
        "type": "object", "required": [\(required)], "additionalProperties": false,
        "properties": \(callsBack ? withCallback(properties) : properties)
      },
      "\(name)": {
        "allOf": [
          {
            "type": "object", "required": ["id", "status"\(separator)\(required)],
            "properties": {
              "id": {"$ref": "#/components/schemas/Id"}, "status": {"$ref": "#/components/schemas/Status"}\(filesMember(of: kind))\(kind.search == nil ? "" : foundMembers)
            }
          },
          {"type": "object", "properties": \(properties)}
        ]
      },
      "\(name)List": {
        "type": "object", "required": ["\(kind.path)"],
        "properties": {
          "\(kind.path)": {"type": "array", "items": {"$ref": "#/components/schemas/\(name)"}},
          "next": {"type": "string", "format": "uri-reference", "description": "The next page, where there is one."}
        }
      },
      "\(name)Result": \(kind.result)
      """
  }

  private static func text(_ value: JSON) -> String {
    var writer = JSONWriter()
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// `Report` for the noun `report`: what generated clients call it.
  static func name(_ kind: Kind) -> String {
    kind.noun.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
