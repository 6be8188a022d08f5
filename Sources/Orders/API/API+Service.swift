import FastCGI
import HTTPTypes
import Jobs

/// The routes about the service itself.
extension API {
  /// `GET /`: names the first thing to try.
  func welcome() -> Response {
    var writer = JSONWriter(capacity: 512)
    writer.raw(#"{"service":"orders","version":"#)
    writer.string(configuration.version)
    writer.raw(#","collections":["#)
    for (index, collection) in collections.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string("/" + collection.path)
    }
    writer.raw("]")
    if let first = collections.first(where: { $0.example != nil }), let example = first.example {
      writer.raw(#","try":{"method":"POST","path":"#)
      writer.string("/" + first.path)
      writer.raw(#","contentType":"application/json","body":"#)
      writer.raw(text: example)
      writer.raw(#","then":"GET the Location of the answer until done is true"}"#)
    }
    writer.raw("}")
    return Response(status: .ok, headerFields: HTTPFields([.json]), body: .bytes(writer.bytes))
  }

  /// `GET /healthz`: 503 where the store can't be written, from any process for all of them.
  func health() async throws -> Response {
    let health = try await store.health()
    guard health.canWrite else {
      throw StoreError(.unavailable, operation: "health", cause: "the last write failed")
    }
    var writer = JSONWriter()
    writer.raw(#"{"status":"ok","version":"#)
    writer.string(configuration.version)
    writer.raw(#","store":"#)
    writer.string(health.engine)
    writer.raw(#","queued":"#)
    writer.integer(health.queued)
    writer.raw(#","processes":["#)
    for (index, member) in health.members.enumerated() {
      writer.raw(index == 0 ? #"{"pid":"# : #",{"pid":"#)
      writer.integer(member.pid)
      writer.raw(#","startedAt":"#)
      writer.timestamp(member.startedAt)
      writer.raw(#","running":"#)
      writer.integer(member.running)
      writer.raw("}")
    }
    writer.raw("]}")
    return Response(status: .ok, headerFields: HTTPFields([.json, .noStore]), body: .bytes(writer.bytes))
  }
}
