public import FastCGI
import HTTPTypes
public import Jobs

/// The order API: answers every route of the contract from a store. A value without state of its own; any number of
/// processes may answer over one store.
public struct API: Sendable {
  public struct Configuration: Sendable {
    /// So many jobs may wait; the next submission is answered 503.
    public var queueLimit: Int
    /// So long a final job is kept, for `Sunset`; `nil`: for ever.
    public var keepFinal: Duration?
    /// What may be a job's `callback`; `nil`: that member is unknown.
    public var callbacks: CallbackRules?
    /// For `GET /` and `GET /healthz`.
    public var version: String

    public init(
      queueLimit: Int = 100_000, keepFinal: Duration? = nil, callbacks: CallbackRules? = nil,
      version: String = "development"
    ) {
      self.queueLimit = queueLimit
      self.keepFinal = keepFinal
      self.callbacks = callbacks
      self.version = version
    }
  }

  let store: any JobStore
  let collections: [Collection]
  let waits: any JobWaiting
  let configuration: Configuration
  let now: @Sendable () -> Timestamp
  let completionsPerSecond: @Sendable () -> Double?
  let onFailure: @Sendable (any Error, Request) -> Void
  let routes: RouteTable
  private let resultTypes: [MediaType]

  /// `completionsPerSecond` is the measured rate at which jobs end, for the `Retry-After` of a 503; `nil` while unknown.
  /// `onFailure` is told every error that a client is only told of as "unavailable" or "internal", for the log.
  public init(
    store: any JobStore, collections: [Collection] = [.orders], waits: any JobWaiting,
    configuration: Configuration = Configuration(), now: @escaping @Sendable () -> Timestamp = { .now },
    completionsPerSecond: @escaping @Sendable () -> Double? = { nil },
    onFailure: @escaping @Sendable (any Error, Request) -> Void
  ) {
    self.store = store
    self.collections = collections
    self.waits = waits
    self.configuration = configuration
    self.now = now
    self.completionsPerSecond = completionsPerSecond
    self.onFailure = onFailure
    routes = RouteTable(collections: collections)
    resultTypes = collections.map { collection in
      guard let type = MediaType(collection.resultType) else {
        preconditionFailure("\(collection.resultType) is not a media type")
      }
      return type
    }
  }

  /// Answers GET and HEAD alike: the server leaves the body of a HEAD out. Suspends only for a write or a wait, and a
  /// wait ends when the task is cancelled.
  public func respond(to request: Request) async -> Response {
    do {
      return try await answer(request)
    } catch let problem as Problem {
      return problem.response(requestID: request.parameters["REQUEST_ID"])
    } catch let error as StoreError {
      onFailure(error, request)
      let problem: Problem = error.code == .closed ? .shuttingDown(retryAfter: 1) : .storeUnavailable
      return problem.response(requestID: request.parameters["REQUEST_ID"])
    } catch {
      onFailure(error, request)
      return Problem.internalError.response(requestID: request.parameters["REQUEST_ID"])
    }
  }

  /// The order of the checks is the order in which a client has to put things right: address, method, Accept, body.
  private func answer(_ request: Request) async throws -> Response {
    switch routes.match(request.method, request.target) {
    case .unknown:
      throw Problem.notFound
    case .notAllowed(let allow):
      throw Problem.methodNotAllowed(request.method, allow: allow)
    case .allowed(let allow):
      return Response(status: .noContent, headerFields: [.allow: allow])
    case .operation(let operation, let collection, let id):
      let fields = RequestFields(request.headerFields)
      try checkAccept(fields, operation, collection)
      if operation == .submit { try checkContentType(fields) }
      try checkBody(request)
      guard let collection else { return operation == .health ? try await health() : welcome() }
      let call = Call(
        request: request, fields: fields, collection: collections[collection],
        owner: request.parameters["REMOTE_USER"] ?? "")
      guard let id else { return operation == .submit ? try await submit(call) : try await list(call) }
      return switch operation {
      case .status: try await status(call, id)
      case .cancel: try await cancel(call, id)
      case .result: try await result(call, id)
      default: try await read(call, id)
      }
    }
  }

  private func checkAccept(_ fields: RequestFields, _ operation: RouteTable.Operation, _ collection: Int?) throws {
    guard let accept = fields.accept else { return }
    if operation == .result, let collection {
      guard Accept.allows(resultTypes[collection], accept) else {
        throw Problem.notAcceptable(collections[collection].resultType)
      }
    } else {
      guard Accept.allows(.json, accept) else { throw Problem.notAcceptable("application/json") }
    }
  }

  private func checkContentType(_ fields: RequestFields) throws {
    guard let type = fields.contentType, type == "application/json" || MediaType(type)?.isJSON == true else {
      throw Problem.unsupportedMediaType
    }
    if let encoding = fields.contentEncoding, !FieldSyntax.same(encoding[...], "identity") {
      throw Problem.unsupportedEncoding
    }
  }

  private func checkBody(_ request: Request) throws {
    switch request.body {
    case .complete: break
    case .tooLarge(let limit): throw Problem.bodyTooLarge(limit: limit)
    case .truncated: throw Problem.truncatedBody
    }
  }
}
