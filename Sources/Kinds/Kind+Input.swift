public import StrictJSON

extension Kind {
  /// Checks a body, and makes the job's input of it: the body's members in the order of the schema, as JSON without the
  /// braces around them. They are spliced into the representation as they are, and under one idempotency key equal bytes
  /// are the same submission. Defaults are filled in when the work begins.
  public func input(of body: JSON) throws(InvalidBody) -> [UInt8] {
    let schema = try usable()
    try schema.check(body)
    try check(body)
    return schema.canonicalMembers(body)
  }

  /// See ``InputSchema/value(of:for:)``.
  public func value(of text: String, for property: String) throws(InvalidBody) -> JSON? {
    try usable().value(of: text, for: property)
  }

  /// Whether the input may have a member of that name.
  public func hasProperty(_ name: String) -> Bool {
    (try? input.get().shape.index(of: name)) != nil
  }

  private func usable() throws(InvalidBody) -> InputSchema {
    do throws(SchemaError) {
      return try input.get()
    } catch {
      throw InvalidBody([.init(.root, "The service can't read its own schema: \(error)")])
    }
  }
}
