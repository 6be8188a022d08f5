import StrictJSON

extension InputSchema {
  /// `schema` with `"additionalProperties": false` as the last word of every object. It was parsed before, so it is nested
  /// at most as deep as schemas can be.
  static func closed(_ schema: JSON) -> JSON {
    guard case .object(var words) = schema else { return schema }
    for index in words.indices {
      switch words[index].name {
      case SchemaWord.properties.rawValue:
        guard case .object(let properties) = words[index].value else { continue }
        words[index].value = .object(properties.map { JSON.Member($0.name, closed($0.value)) })
      case SchemaWord.items.rawValue:
        words[index].value = closed(words[index].value)
      default: continue
      }
    }
    if schema[SchemaWord.type.rawValue] == .string(SchemaType.object.rawValue) {
      words.append(JSON.Member("additionalProperties", .bool(false)))
    }
    return .object(words)
  }
}
