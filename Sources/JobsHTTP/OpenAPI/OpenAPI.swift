import Jobs
import Kinds
import StrictJSON

/// The description of the API by itself: an OpenAPI 3.1 document, made of the kinds it serves.
///
/// Written as JSON text with places for a kind's words, and read by the API's own strict reader, so that a document
/// that is not JSON can't be served. The tests hold it against the route table in both directions.
struct OpenAPI {
  /// The document.
  let bytes: [UInt8]
  /// The same for the same document, in any process.
  let tag: EntityTag

  /// Throws where what the kinds say makes no document; ``Kind/checked(_:)`` names the kind.
  init(kinds: [Kind], configuration: API.Configuration) throws(CompositionError) {
    let callsBack = configuration.callbacks != nil
    let base = configuration.basePath.text
    let paths =
      [Self.servicePaths, Self.internalPaths(isBelow: !base.isEmpty)]
      + kinds.map { Self.paths(of: $0, callsBack: callsBack) }
    let schemas =
      [Self.sharedSchemas, Self.inputFileSchema] + kinds.map { Self.schemas(of: $0, callsBack: callsBack) }
      + (callsBack ? [Self.messageSchema] : [])
    let text = """
      {
        "openapi": "3.1.0",
        "info": {
          "title": "\(kinds.map(\.path).joined(separator: ", "))",
          "version": "\(configuration.version)",
          "summary": "Work that takes longer than a request may.",
          "description": "POST answers 202 with an id at once, and what was accepted is on disk. Ask how far it is, wait for it, follow its events, cancel it, fetch its result. Every GET of something that changes has an ETag: send it as If-None-Match (see components/parameters/IfNoneMatch) and get 304 while nothing has changed. Every error is a problem document (RFC 9457) with a stable `code`. Every address may end in a slash, HEAD goes where GET does, and OPTIONS tells what is allowed.",
          "license": {"name": "MIT", "identifier": "MIT"}
        },
        "servers": [{"url": "\(base.isEmpty ? "/" : base)"}],
        "tags": [\(kinds.map(Self.tag).joined(separator: ", "))],
        "paths": {\(paths.joined(separator: ",\n"))},
        "components": {
          "schemas": {\(schemas.joined(separator: ",\n"))},
          "parameters": {\(Self.parameters)},
          "headers": {\(Self.headers)},
          "responses": {\(Self.responses)}
        }
      }
      """
    let document: JSON
    do {
      document = try JSONReader.read(Array(text.utf8))
    } catch {
      throw CompositionError("the description of the API is not JSON: \(error)")
    }
    if let repeated = document.repeatedMembers(atMost: 1).pointers.first {
      throw CompositionError("the description of the API has a member twice: \(repeated)")
    }
    var writer = JSONWriter(capacity: 32 << 10)
    writer.value(document)
    bytes = writer.bytes
    tag = EntityTag(document: bytes)
  }

  /// What a kind is, above its operations.
  private static func tag(of kind: Kind) -> String {
    var writer = JSONWriter()
    writer.raw(#"{"name":"#)
    writer.string(kind.path)
    writer.raw(#","description":"#)
    writer.string(kind.description.map { "\(kind.title). \($0)" } ?? kind.title)
    writer.raw("}")
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// `"Retry-After": {"$ref": …}`: a header field that is described once.
  static func header(_ field: String, _ name: String? = nil) -> String {
    "\"\(field)\": {\"$ref\": \"#/components/headers/\(name ?? field)\"}"
  }

  /// `"406": {"$ref": …}` for each of the named responses, and one for whatever else may come.
  static func problems(_ names: KeyValuePairs<Int, String>) -> String {
    let known = names.map { "\"\($0)\": {\"$ref\": \"#/components/responses/\($1)\"}" }
    return (known + ["\"default\": {\"$ref\": \"#/components/responses/Problem\"}"]).joined(separator: ",\n")
  }
}
