import Kinds
import StrictJSON

/// What kinds with files have beside the others.
extension OpenAPI {
  /// The further types of a body, each with a comma before it.
  static func uploads(_ kind: Kind) -> String {
    guard !kind.files.isEmpty else { return "" }
    let properties = kind.files.map { "\"\($0.name)\": \(schema(of: $0))" }.joined(separator: ", ")
    let types = kind.files.filter { !$0.types.isEmpty }.map { files in
      ", \"\(files.name)\": {\"contentType\": \"\(files.types.joined(separator: ", "))\"}"
    }
    let needed = kind.files.filter { $0.count.lowerBound > 0 }.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let form = """
      "multipart/form-data": {
        "schema": {
          "type": "object", "required": [\(needed)],
          "description": "The files, and the input either as JSON under the name input or each of its properties by itself.",
          "properties": {
            \(properties), "input": {"$ref": "#/components/schemas/\(name(kind))Input"}
          },
          "additionalProperties": {"type": "string"}
        },
        "encoding": {"input": {"contentType": "application/json"}\(types.joined())}
      }
      """
    let alone = kind.filesAlone.map { file in
      (file.types.isEmpty ? ["application/octet-stream"] : file.types).map { "\"\($0)\": {\"schema\": {}}" }
    }
    return ([form] + (alone ?? [])).map { ", " + $0 }.joined()
  }

  /// With a comma behind each.
  static func uploadProblems(_ kind: Kind) -> String {
    guard !kind.files.isEmpty else { return "" }
    let foreign = problem("A page of another origin sent it.", examples: [.foreignOrigin])
    return "\"403\": \(foreign), \"507\": \(problem("There is no room for more files.", examples: [.noRoomForFiles])),"
  }

  /// The lengths are bytes, as OpenAPI 3.1 means them of a file. It has no word for those of all files together.
  private static func schema(of files: InputFiles) -> String {
    let type = files.types.count == 1 ? "\"\(files.types[0])\"" : "\"application/octet-stream\""
    let least = files.minSize > 0 ? "\"minLength\": \(files.minSize), " : ""
    let file = """
      {"type": "string", "contentMediaType": \(type), \(least)"maxLength": \(files.mostEach)}
      """
    guard files.count.upperBound > 1 else { return file }
    return """
      {
        "type": "array", "minItems": \(files.count.lowerBound), "maxItems": \(files.count.upperBound),
        "x-maxTotalLength": \(files.mostTotal), "items": \(file)
      }
      """
  }

  /// The member of a document that tells of the files, with a comma before it.
  static func filesMember(of kind: Kind) -> String {
    guard !kind.files.isEmpty else { return "" }
    let lists = kind.files.map { files in
      "\"\(files.name)\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/components/schemas/InputFile\"}}"
    }
    return """
      , "files": {
        "type": "object", "description": "What came with it; not in lists.", "properties": {\(lists.joined(separator: ", "))}
      }
      """
  }

  static let inputFileSchema = """
    "InputFile": {
      "type": "object", "required": ["type", "size", "sha256"],
      "properties": {
        "name": {"type": "string", "description": "What the client calls it."}, "type": {"type": "string"},
        "size": {"type": "integer"}, "sha256": {"type": "string"}
      }
    }
    """

  static func inputFile(_ kind: Kind, _ files: InputFiles) -> String {
    let types = files.types.isEmpty ? ["application/octet-stream"] : files.types
    return """
      {
        "operationId": "input\(camelCase(files.name))Of\(name(kind))",
        "summary": "A file that came with it, as it came", "tags": ["\(kind.path)"],
        "parameters": [
          {"name": "number", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 0},
            "description": "Its place among the files of that name, from 0."}
        ],
        "responses": {
          "200": {
            "description": "The file.", "headers": {\(sunset)},
            "content": {\(types.map { "\"\($0)\": {\"schema\": {}}" }.joined(separator: ", "))}
          },
          \(gone(kind)),
          \(problems([404: "NotFound", 503: "Unavailable"]))
        }
      }
      """
  }

  static func remove(_ kind: Kind) -> String {
    """
    {
      "operationId": "remove\(name(kind))", "summary": "Remove it with its files", "tags": ["\(kind.path)"],
      "description": "Once it is final. When the answer leaves, it is gone for everybody.",
      "responses": {
        "204": {"description": "It is removed."},
        "409": \(problem("It is not final.", examples: [.cancelled(kind.noun)], headers: header("Retry-After", "RetryAfter"))),
        \(gone(kind)),
        \(problems([404: "NotFound", 406: "NotAcceptable", 412: "PreconditionFailed", 503: "Unavailable"]))
      }
    }
    """
  }
}
