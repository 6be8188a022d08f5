import Jobs
import StrictJSON

/// Hands a stored input to the work: as an object, with the defaults that the schema has now.
struct InputWork: Workload {
  let schema: Result<InputSchema, SchemaError>
  let work: any Workload

  @concurrent
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    try await work.run(filled([UInt8(ascii: "{")] + input + [UInt8(ascii: "}")]), in: context)
  }

  private func filled(_ object: [UInt8]) throws -> [UInt8] {
    let schema = try schema.get()
    guard schema.hasDefaults else { return object }
    var writer = JSONWriter(capacity: object.count + 256)
    writer.value(schema.fillingDefaults(try JSONReader.read(object)))
    return writer.bytes
  }
}
