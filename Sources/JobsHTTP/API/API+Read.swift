import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

/// Reading one job, and ending it.
extension API {
  /// `GET /reports/3`.
  func read(_ call: Call, _ id: JobID) async throws -> Response {
    let job = try await job(id, call)
    let tag = EntityTag(store: store.name, change: job.change)
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag) }
    var writer = JSONWriter(capacity: job.input.count + 64)
    writer.representation(of: job, files: call.kind.files.isEmpty ? nil : try await store.inputFiles(of: id))
    var response = Response.changing(writer.bytes, tag)
    announceEnd(of: job, call.kind, in: &response)
    return response
  }

  /// `GET /reports/3/status`, the request there are most of. With `Prefer: wait` it is held until the job is final, or,
  /// with `If-None-Match` too, until there is anything new.
  func status(_ call: Call, _ id: JobID) async throws -> Response {
    var job = try await job(id, call, withInput: false)
    var tag = EntityTag(store: store.name, change: job.change)
    let known = call.fields.ifNoneMatch
    let seconds = Prefer.wait(call.fields.prefer)
    if let seconds {
      let deadline = MonotonicTime.now.advanced(by: .seconds(seconds))
      if known == nil {
        job = try await self.job(job, call, notFinishedUntil: deadline)
      } else {
        job = try await self.job(job, call, until: deadline) { [store] in
          isKnown(EntityTag(store: store.name, change: $0.change), known)
        }
      }
      tag = EntityTag(store: store.name, change: job.change)
    }
    var response: Response
    if isKnown(tag, known) {
      response = .notModified(tag)
    } else {
      var writer = JSONWriter(capacity: 384)
      writer.status(of: job, noun: call.kind.noun)
      response = Response.changing(writer.bytes, tag)
    }
    if !job.status.isDone { response.headerFields.append(.retryAfter(secondsUntilNews(of: job))) }
    announceEnd(of: job, call.kind, in: &response)
    if let seconds { response.headerFields.append(.waited(seconds)) }
    return response
  }

  /// `GET /reports/3/result`: the result's bytes as the work returned them, or its file, or a list of its files.
  func result(_ call: Call, _ id: JobID) async throws -> Response {
    let (job, seconds) = try await complete(call, id)
    if case .file(let file) = call.kind.form { return try await send(file.name, of: job, call, waited: seconds) }
    let tag = EntityTag(store: store.name, change: job.change)
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag, waited: seconds) }
    guard var response = try await result(of: id, tag, call) else {
      // It may have expired since it was read.
      _ = try await self.job(id, call, withInput: false)
      throw StoreError(.unusable, operation: "result", cause: "job \(id) is complete and has no result")
    }
    announceEnd(of: job, call.kind, in: &response)
    if let seconds { response.headerFields.append(.waited(seconds)) }
    return response
  }

  /// The job once it is complete, and for how long the client wanted to wait for that; else throws why there is no result.
  func complete(_ call: Call, _ id: JobID) async throws -> (job: Job, waited: Int?) {
    var job = try await job(id, call, withInput: false)
    let seconds = Prefer.wait(call.fields.prefer)
    if let seconds {
      job = try await self.job(job, call, notFinishedUntil: MonotonicTime.now.advanced(by: .seconds(seconds)))
    }
    switch job.status {
    case .started, .running:
      throw Problem.notFinished(call.kind.noun, job, retryAfter: secondsUntilNews(of: job))
    case .failed: throw Problem.failed(call.kind.noun, job.failure ?? .unknown)
    case .cancelled: throw Problem.cancelled(call.kind.noun)
    case .complete: return (job, seconds)
    }
  }

  private func result(of id: JobID, _ tag: EntityTag, _ call: Call) async throws(StoreError) -> Response? {
    if case .files = call.kind.form { return .changing(Self.list(try await store.files(of: id)), tag) }
    if call.request.method == .head {
      return try await store.resultSize(of: id).map { .changing(length: $0, tag, type: call.kind.resultType) }
    }
    return try await store.result(of: id).map { .changing($0, tag, type: call.kind.resultType) }
  }

  /// `DELETE /reports/3/cancel`. A repeated one is answered as the first, whatever its preconditions: nginx may send it
  /// twice, and the first one has changed the tag.
  func cancel(_ call: Call, _ id: JobID) async throws -> Response {
    _ = try await job(id, call, withInput: false)
    switch try await store.cancel(id, if: ChangeCondition(call.fields, store: store.name), at: now()) {
    case .cancelled: return Response(status: .noContent)
    case .alreadyFinished(let status): throw Problem.alreadyFinished(call.kind.noun, status)
    case .preconditionFailed: throw Problem.preconditionFailed
    case .unknown: throw Problem.notFound(call.kind.noun, id)
    }
  }

  /// `DELETE /scans/3`, of a kind with files: people upload what they want gone.
  func remove(_ call: Call, _ id: JobID) async throws -> Response {
    _ = try await job(id, call, withInput: false)
    switch try await store.remove(id, if: ChangeCondition(call.fields, store: store.name), at: now()) {
    case .removed: return Response(status: .noContent)
    case .notFinal(let job): throw Problem.notFinished(call.kind.noun, job, retryAfter: secondsUntilNews(of: job))
    case .preconditionFailed: throw Problem.preconditionFailed
    case .unknown: throw Problem.expired(call.kind.noun, id)
    }
  }

  /// The job, where it is of this kind and this user's; to everybody else it does not exist, and never did.
  func job(_ id: JobID, _ call: Call, withInput: Bool = true) async throws -> Job {
    if let job = try await store.read(id, withInput: withInput) {
      if job.kind == call.kind.name, job.owner == call.owner { return job }
    } else if let stone = try await store.tombstone(of: id), stone.kind == call.kind.name,
      stone.owner == call.owner
    {
      throw Problem.expired(call.kind.noun, id)
    }
    throw Problem.notFound(call.kind.noun, id)
  }

  func secondsUntilNews(of job: Job) -> Int {
    RetryAfter.seconds(for: job, load: load(), at: now())
  }

  /// RFC 8594: when this resource will be gone.
  func announceEnd(of job: Job, _ kind: Kind, in response: inout Response) {
    guard let keep = kind.keptFor, let end = job.finishedAt else { return }
    response.headerFields.append(
      HTTPField(name: .sunset, value: HTTPDate.text(Timestamp(milliseconds: end.milliseconds + keep.milliseconds))))
  }

  /// Whether an `If-None-Match` of this value names the state that is there now.
  func isKnown(_ tag: EntityTag, _ ifNoneMatch: String?) -> Bool {
    ifNoneMatch.map(tag.isNamed) ?? false
  }
}
