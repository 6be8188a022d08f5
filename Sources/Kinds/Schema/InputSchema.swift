public import StrictJSON

/// The schema with which a kind of work declares its input: a subset of JSON Schema (2020-12).
///
/// - `type` is one of `object`, `array`, `string`, `integer`, `number` and `boolean`, and `object` at the top level. A
///   schema with `enum` or `const` may leave it out.
/// - The other words are `properties`, `required`, `items`, `enum`, `const`, `default`, `minimum`, `maximum`,
///   `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `minItems`, `maxItems`, `uniqueItems`, `format`
///   (`date`, `date-time` or `uri`), `title`, `description` and `examples`.
/// - `additionalProperties` is always false.
/// - An `integer` can be written as `1.0` or `1e2`. Numbers are compared exactly, whatever their digits and exponents.
/// - Lengths are numbers of Unicode code points.
/// - Schemas are nested at most 16 levels deep.
///
/// Every method takes time linear in the body, for a given schema.
public struct InputSchema: Sendable {
  /// The schema as it was declared, with `"additionalProperties": false` in every object: what OpenAPI 3.1 needs.
  public let openAPI: JSON
  /// Whether anything in it has a `default` that is ever filled in.
  let hasDefaults: Bool
  let shape: ObjectShape
  private let node: SchemaNode

  /// Throws the first mistake: what is not in the subset is refused, not ignored. No property of the top level can have a
  /// name among `reserved`; a form sends the whole input under the name `input`.
  public init(_ json: JSON, reserved: Set<String> = ["input"]) throws(SchemaError) {
    (node, shape) = try SchemaParser(reserved: reserved).root(json)
    hasDefaults = node.hasDefaults
    openAPI = Self.closed(json)
  }

  /// Reads the schema from JSON text.
  public init(text: String, reserved: Set<String> = ["input"]) throws(SchemaError) {
    let json: JSON
    do throws(MalformedJSON) {
      // Each level of a schema takes two of JSON; the values in it take more.
      json = try JSONReader.read(Array(text.utf8), nesting: 4 * SchemaParser.deepestLevel)
    } catch {
      throw SchemaError(.root, "This is not JSON from byte \(error.offset) on. \(error.reason)")
    }
    try self.init(json, reserved: reserved)
  }

  /// Throws what is wrong with `body`, the first ``InvalidBody/mostViolations`` faults in the order of the body; missing
  /// members come last in their object. A value under `enum`, `const` or `uniqueItems` is compared as deep as it is
  /// nested, which its reader bounds. Repeated members are refused by the API itself, for every kind and at every depth.
  public func check(_ body: JSON) throws(InvalidBody) {
    guard case .object = body else { throw InvalidBody([.init(.root, "The body must be a JSON object.")]) }
    var check = SchemaCheck()
    check.check(body, against: node)
    if !check.faults.isEmpty { throw check.faults }
  }

  /// An accepted body with its members in the order in which the schema declares its properties, at every level, as JSON
  /// without the braces around it: `"file":"a.pdf","pages":3`. Values stay as they were written, and no default is filled
  /// in: two bodies are the same submission when these bytes are the same. Objects that have no `type: object` in the
  /// schema stay as they are.
  public func canonicalMembers(_ body: JSON) -> [UInt8] {
    guard case .object(let members) = body else { return [] }
    var writer = JSONWriter()
    shape.write(members, to: &writer)
    return writer.bytes
  }

  /// An accepted body in canonical order, with the `default` of each property that is absent from an object that is there.
  /// A default that is an object gets the defaults inside it too.
  ///
  /// The defaults of a schema for items are filled in for each item, so the result can be much larger than the body.
  public func fillingDefaults(_ input: JSON) -> JSON {
    node.fillingDefaults(input)
  }
}
