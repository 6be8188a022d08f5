public import StrictJSON

extension JSON {
  /// A job's input, as `Kind.input` made it, read back as an object.
  public init(members: [UInt8]) throws(MalformedJSON) {
    self = try JSONReader.read([UInt8(ascii: "{")] + members + [UInt8(ascii: "}")])
  }

  /// `"file":"a.pdf","pages":3`: a job's input for a `Kind`, in this order.
  public static func members(_ members: KeyValuePairs<String, JSON>) -> [UInt8] {
    var writer = JSONWriter()
    for (index, (name, value)) in members.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(name)
      writer.raw(":")
      writer.value(value)
    }
    return writer.bytes
  }
}
