import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

extension API {
  /// `POST /reports`: 202 once the job is on disk, or 201 where the client waited and it is complete.
  func submit(_ call: Call) async throws -> Response {
    let submitted = try (call.request.receiver as? Upload)?.submitted ?? json(call)
    var key: IdempotencyKey?
    if let value = call.fields.idempotencyKey {
      key = IdempotencyKey(value)
      if key == nil { throw Problem.badIdempotencyKey }
    }
    if waits.isDraining, try await isLast() { throw Problem.shuttingDown(retryAfter: try await secondsUntilRoom(call)) }
    var job = NewJob(
      kind: call.kind.name, owner: call.owner, input: submitted.input, files: submitted.files,
      idempotencyKey: key?.text, callback: submitted.callback,
      client: client(of: call)?.bytes, traceParent: TraceParent(of: call.request)?.text,
      condition: ChangeCondition(call.fields, store: store.name, scope: call.owner.name))
    job.roomForFiles = configuration.filesLimit
    switch try await store.submit(job, limits: call.kind.queueLimits, at: now()) {
    case .accepted(let id): return await accepted(id, call, isReplayed: false)
    case .replayed(let id): return await accepted(id, call, isReplayed: true)
    case .keyReused: throw Problem.idempotencyKeyReused
    case .preconditionFailed: throw Problem.preconditionFailed
    case .queueFull: throw Problem.queueFull(retryAfter: try await secondsUntilRoom(call))
    case .noRoomForFiles: throw Problem.noRoomForFiles
    case .overShareOfFiles: throw Problem.overShareOfFiles(configuration.filesLimit ?? 0)
    case .overShare: throw Problem.overShareOfQueue(retryAfter: try await secondsUntilRoom(call))
    }
  }

  /// A body of JSON alone.
  private func json(_ call: Call) throws -> Upload.Submitted {
    guard case .complete(let bytes) = call.request.body else { throw Problem.truncatedBody }
    var body: JSON
    do {
      body = try JSONReader.read(bytes)
    } catch  where error.reason == .tooManyValues {
      throw Problem.invalidBody(InvalidBody([.init(.root, error.reason.description)]), noun: call.kind.noun)
    } catch {
      throw Problem.malformedJSON(error)
    }
    var faults = InvalidBody()
    for declared in call.kind.files { declared.require(0, &faults) }
    let (input, callback) = try input(of: &body, for: call.kind, beside: faults)
    return Upload.Submitted(input: input, callback: callback, files: [])
  }

  /// A process that shuts down still accepts what a sibling will work on; without one the service itself is stopping.
  private func isLast() async throws -> Bool {
    try await !store.health().members.contains { !$0.state.isDraining }
  }

  /// In the queue of the kind. Its oldest waiting job is looked for among the user's own.
  private func secondsUntilRoom(_ call: Call) async throws -> Int {
    let kind = call.kind.name
    let oldest = try await store.list(
      JobQuery(kind: kind, owner: call.owner, statuses: [.started], limit: 1, withInput: false)
    ).first
    return RetryAfter.seconds(
      forQueueOf: try await store.waitingCounts(except: [])[kind] ?? 0, perSecond: load()?.endsPerSecond,
      oldestFor: oldest.map { Double(now().milliseconds - $0.updatedAt.milliseconds) / 1000 } ?? 0)
  }

  /// The body's own input, and the callback that may stand in it beside: it is taken out.
  ///
  /// Throws what is wrong with it, and `known` faults beside.
  func input(
    of body: inout JSON, for kind: Kind, beside known: InvalidBody
  ) throws(Problem) -> (input: [UInt8], callback: String?) {
    let repeated = body.repeatedMembers(atMost: InvalidBody.mostViolations)
    var faults = known
    var callback: CallbackURL?
    if let rules = configuration.callbacks, let value = body.removeMember("callback") {
      do throws(CallbackURL.Refusal) {
        callback = try CallbackURL(value, under: rules)
      } catch {
        faults.add(JSONPointer.root.appending("callback"), error.detail)
      }
    }
    do {
      let input = try kind.input(of: body)
      if faults.isEmpty, repeated.pointers.isEmpty { return (input, callback?.text) }
      faults.add(repeated)
    } catch {
      var all = error
      all.add(faults)
      all.add(repeated)
      faults = all
    }
    throw Problem.invalidBody(faults, noun: kind.noun)
  }

  /// From here on the promise is given: whatever goes wrong while waiting, the answer is a 202.
  private func accepted(_ id: JobID, _ call: Call, isReplayed: Bool) async -> Response {
    var retryAfter = RetryAfter.seconds(toBegin: call.kind.name, under: load())
    if let seconds = Prefer.wait(call.fields.prefer) {
      let deadline = MonotonicTime.now.advanced(by: .seconds(seconds))
      do {
        if let job = try await job(id, call, notFinishedUntil: deadline) {
          if job.status == .complete { return created(id, call, waited: seconds, isReplayed: isReplayed) }
          retryAfter = secondsUntilNews(of: job)
        }
      } catch is Problem {
        // No wait may begin. It was only a preference.
      } catch {
        onFailure(error, call.request)
      }
    }
    var fields: HTTPFields = [
      .location: "\(address(of: call.kind))/\(id)/status", .retryAfter: String(retryAfter),
    ]
    if isReplayed { fields.append(HTTPField(name: .idempotentReplayed, value: "true")) }
    return identifier(id, .accepted, fields)
  }

  private func created(_ id: JobID, _ call: Call, waited seconds: Int, isReplayed: Bool) -> Response {
    var fields: HTTPFields = [.location: "\(address(of: call.kind))/\(id)"]
    fields.append(.waited(seconds))
    if isReplayed { fields.append(HTTPField(name: .idempotentReplayed, value: "true")) }
    return identifier(id, .created, fields)
  }

  /// `{"id":3}` and nothing else.
  private func identifier(_ id: JobID, _ status: HTTPResponse.Status, _ fields: HTTPFields) -> Response {
    var writer = JSONWriter(capacity: 32)
    writer.raw(#"{"id":"#)
    writer.integer(id.rawValue)
    writer.raw("}")
    var fields = fields
    fields.append(.json)
    return Response(status: status, headerFields: fields, body: .bytes(writer.bytes))
  }
}
