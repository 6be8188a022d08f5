import FastCGI
import HTTPTypes
import Jobs
import Kinds

extension API {
  /// `GET /reports/3/events`: its status document now and whenever it changes, up to the final one. 204 for a client that
  /// has heard the final one: an `EventSource` then stays away.
  func events(_ call: Call, _ id: JobID) async throws -> Response {
    let job = try await job(id, call, withInput: false)
    let heard = try await heard(call)?.change
    if let heard, job.status.isDone, heard >= job.change {
      // For whoever has heard that much, and nobody else.
      return Response(status: .noContent, headerFields: HTTPFields([.noStore]))
    }
    let events = JobEvents(job, noun: call.kind.noun, store: store, after: heard ?? 0)
    return stream(events, try seatForStream(call))
  }

  /// `GET /reports/events`: the same of all jobs of the kind that the user has, without end.
  func events(_ call: Call) async throws -> Response {
    let filter = EventFilter(try PageQuery(target: call.request.target))
    // Before anything is read: refusing a stream costs no read of the store.
    let seat = try seatForStream(call)
    var start = CollectionEvents.Start.snapshot
    if let id = call.fields.lastEventID, !id.isEmpty {
      // Further back than the folded change, jobs that expired are not reported one by one any more.
      start = try await heard(call).flatMap { $0.change >= $0.foldedChange ? .after($0.change) : nil } ?? .lost
    }
    let events = try await CollectionEvents(
      store: store, kind: call.kind, owner: call.owner, filter: filter, from: start)
    return stream(events, seat)
  }

  /// The change that a `Last-Event-ID` names; `nil` for one of another store, or of a future that a restored store has yet
  /// to see. With the store's own ``JobCounts/foldedChange``, read at the same moment.
  private func heard(_ call: Call) async throws -> (change: Int64, foldedChange: Int64)? {
    guard let id = call.fields.lastEventID.flatMap(EventID.init), id.store == store.name else { return nil }
    let counts = try await store.counts()
    return id.change <= counts.newestChange ? (id.change, counts.foldedChange) : nil
  }

  private func seatForStream(_ call: Call) throws -> Seats.Seat {
    do {
      return try streams.take(for: client(of: call))
    } catch .allTaken {
      throw Problem.tooManyStreams
    } catch {
      throw Problem.tooManyStreams(ofOneClient: streams.share)
    }
  }

  private func stream(_ events: some EventSource, _ seat: Seats.Seat) -> Response {
    Response(
      status: .ok, headerFields: HTTPFields([.eventStream, .noTransform, .unbuffered]),
      body: .stream(EventStream(seat: seat, waits: waits, source: events)))
  }
}
