import FastCGI
import HTTPTypes
import Jobs

extension API {
  /// `GET /orders/3/events`: its status document now and whenever it changes, up to the final one. 204 for a client that
  /// has heard the final one: an `EventSource` then stays away.
  func events(_ call: Call, _ id: JobID) async throws -> Response {
    let job = try await job(id, call, withInput: false)
    let heard = try await heard(call)
    if let heard, job.status.isDone, heard >= job.change {
      // For whoever has heard that much, and nobody else.
      return Response(status: .noContent, headerFields: HTTPFields([.noStore]))
    }
    return try stream(JobEvents(store: store, id: id, noun: call.collection.noun, heard: heard ?? 0))
  }

  /// `GET /orders/events`: the same of all orders of a user, without end.
  func events(_ call: Call) async throws -> Response {
    let filter = EventFilter(try PageQuery(target: call.request.target))
    let source = try await CollectionEvents(
      store: store, collection: call.collection, owner: call.owner, filter: filter, after: try await heard(call))
    return try stream(source)
  }

  /// The change that a `Last-Event-ID` names; `nil` for one of another store, of a future that a restored store has yet to
  /// see, or so old that jobs which expired since are not told of one by one any more.
  private func heard(_ call: Call) async throws -> Int64? {
    guard let id = call.fields.lastEventID.flatMap(EventID.init), id.store == store.name else { return nil }
    let counts = try await store.counts()
    return counts.foldedChange...counts.newestChange ~= id.change ? id.change : nil
  }

  private func stream(_ source: some EventSource) throws -> Response {
    guard let seat = streams.takeSeat() else { throw Problem.tooManyStreams }
    return Response(
      status: .ok, headerFields: HTTPFields([.eventStream, .noCache, .unbuffered]),
      body: .stream(EventStream(seat: seat, waits: waits, source: source)))
  }
}
