public import FastCGI
import HTTPTypes
public import JobFiles
public import Jobs
public import Kinds

/// The API: answers every route of the contract from a store. A value without state of its own; any number of processes
/// may answer over one store.
public struct API: Sendable {
  public struct Configuration: Sendable {
    /// So many event streams may be open, half of them of one client; the next one is answered 503 or 429.
    public var streamLimit: Int
    /// So many requests may be held, half of them of one client; the next one is answered 503 or 429.
    public var waitLimit: Int
    /// Requests without a user from these addresses count for no one client's limit.
    public var frontProxies: FrontProxies
    /// Pages of which other origins may use the API; `nil`: none.
    public var crossOrigin: CrossOrigin?
    /// What may be a job's `callback`; `nil`: that member is unknown.
    public var callbacks: CallbackRules?
    /// One of these is passed with each request of our own web server; `nil`: requests of any are answered.
    public var secrets: WebServerSecrets?
    /// Bytes of all files that jobs may have, half of them of one user; `nil`: as many as the disk takes.
    public var filesLimit: Int64?
    /// Where clients see the service.
    public var basePath: BasePath
    /// For `GET /` and `GET /healthz`.
    public var version: String

    public init(
      streamLimit: Int = 1000, waitLimit: Int = 20_000,
      frontProxies: FrontProxies = FrontProxies(), crossOrigin: CrossOrigin? = nil,
      callbacks: CallbackRules? = nil, secrets: WebServerSecrets? = nil, filesLimit: Int64? = nil,
      basePath: BasePath = .root, version: String = "development"
    ) {
      self.streamLimit = streamLimit
      self.waitLimit = waitLimit
      self.frontProxies = frontProxies
      self.crossOrigin = crossOrigin
      self.callbacks = callbacks
      self.secrets = secrets
      self.filesLimit = filesLimit
      self.basePath = basePath
      self.version = version
    }
  }

  /// The header fields that it reads where no kind takes files.
  public static let headerFields = RequestFields.read

  /// The header fields that it reads: a server need keep no others.
  public var keptFields: KeptFields {
    served.allSatisfy(\.kind.files.isEmpty) ? RequestFields.read : RequestFields.readWithFiles
  }

  let store: any JobStore
  /// Where uploads go; `nil` where no kind takes files.
  let files: FileFolder?
  let waits: any JobWaiting
  let configuration: Configuration
  let now: @Sendable () -> Timestamp
  let load: @Sendable () -> Load?
  let onFailure: @Sendable (any Error, Request) -> Void
  let exposition: @Sendable () throws -> [UInt8]
  let routes: RouteTable
  let meters: RequestMeters
  let streams: Seats
  let seatsForWaits: Seats
  let description: OpenAPI
  let served: [ServedKind]

  /// `files` is where uploads go, with ``receiver`` as the server's receiver: needed where a kind takes files.
  /// Throws where the kinds don't fit together, or one of them is not well made.
  /// `load` is how busy the store is, for `Retry-After`; `nil` while unknown.
  /// `exposition` is what `GET /metrics` says.
  /// `onFailure` is told every error that a client is only told of as "unavailable" or "internal", for the log.
  public init(
    store: any JobStore, kinds: [Kind], files: FileFolder? = nil, waits: any JobWaiting,
    configuration: Configuration = Configuration(), now: @escaping @Sendable () -> Timestamp = { .now },
    load: @escaping @Sendable () -> Load? = { nil }, exposition: @escaping @Sendable () throws -> [UInt8] = { [] },
    onFailure: @escaping @Sendable (any Error, Request) -> Void
  ) throws(CompositionError) {
    served = try Kind.checked(kinds)
    guard files != nil || kinds.allSatisfy(\.files.isEmpty) else {
      throw CompositionError("a kind takes files, and there is no folder for them")
    }
    self.store = store
    self.files = files
    self.waits = waits
    self.configuration = configuration
    self.now = now
    self.load = load
    self.exposition = exposition
    self.onFailure = onFailure
    routes = RouteTable(kinds: kinds, basePath: configuration.basePath)
    meters = RequestMeters(routes: routes)
    streams = Seats(configuration.streamLimit, meter: meters.streams)
    seatsForWaits = Seats(configuration.waitLimit, meter: meters.waits)
    description = try OpenAPI(kinds: kinds, configuration: configuration)
  }

  /// Answers GET and HEAD alike: the server leaves the body of a HEAD out. Suspends only for a write or a wait, and a
  /// wait ends when the task is cancelled. Event streams go on in the response's body.
  public func respond(to request: Request) async -> Response {
    let begin = MonotonicTime.nanoseconds
    let place = place(of: request)
    var response = await answerOrProblem(request, at: place)
    if let upload = request.receiver as? Upload { await discardUnnamedFiles(of: upload) }
    configuration.crossOrigin?.apply(to: &response, of: request)
    meters.count(
      response.status.code, to: request.method, at: place?.route, after: MonotonicTime.nanoseconds - begin,
      isHeld: { Prefer.wait(RequestFields(request.headerFields).prefer) != nil })
    return response
  }

  /// The address of the route that answers `request`: `/reports/{id}/status`; `nil` where there is none.
  public func route(of request: Request) -> String? {
    place(of: request).map { routes.routes[$0.route].template }
  }

  private func answerOrProblem(_ request: Request, at place: (route: Int, id: JobID?)?) async -> Response {
    do {
      return try await answer(request, at: place)
    } catch let problem as Problem {
      return problem.response(requestID: request.parameters["REQUEST_ID"])
    } catch let error as StoreError {
      onFailure(error, request)
      let problem: Problem =
        switch error.code {
        case .closed: .shuttingDown(retryAfter: 1)
        // Not "try again later", for it would end the same.
        case .refused: .internalError
        case .unavailable, .unusable: .storeUnavailable
        }
      return problem.response(requestID: request.parameters["REQUEST_ID"])
    } catch {
      onFailure(error, request)
      return Problem.internalError.response(requestID: request.parameters["REQUEST_ID"])
    }
  }

  /// Users whose names could not be told apart would see each other's jobs.
  private func owner(of request: Request) throws -> JobOwner {
    guard let bytes = request.parameters.bytes(of: "REMOTE_USER") else { return "" }
    guard let name = String(validating: bytes, as: UTF8.self) else { throw Problem.unreadableUser }
    return JobOwner(name)
  }

  private func answer(_ request: Request, at place: (route: Int, id: JobID?)?) async throws -> Response {
    switch try check(request, at: place) {
    case .nothing: throw try await nothing(at: request.target)
    case .answer(let response): return response
    case .service(let operation, let fields):
      return try checkPrecondition(try await answer(operation, fields), operation, fields)
    case .collection(let operation, let call, let id):
      return try checkPrecondition(try await answer(call, operation, id), operation, call.fields)
    }
  }

  /// In a rolling restart to a program with other kinds some processes serve a path, and others don't.
  private func nothing(at target: String) async throws -> Problem {
    let paths = configuration.basePath.remainders(of: target).compactMap { rest in
      rest.prefix { $0 != "?" }.split(separator: "/").first
    }.filter { path in !served.contains { $0.kind.path == path } }
    guard !paths.isEmpty else { return .notFound }
    let declared = try await store.declaredKinds()
    let path = paths.first { path in declared.contains { $0.path == path } }
    return path.map { .kindUnavailable(String($0)) } ?? .notFound
  }

  /// The address of a kind's collection, as clients see it.
  func address(of kind: Kind) -> String { "\(configuration.basePath.text)/\(kind.path)" }

  /// The address of something of the web server's own, below the location that passes `request` on.
  func internalAddress(_ path: String, for request: Request) -> String {
    guard request.parameters.bytes(of: "ORDERS_MOUNTED") != nil else { return path }
    return (routes.ending(in: request.target) ?? "") + path
  }

  /// What a request asks for.
  private enum Asked {
    /// This process has nothing at that address.
    case nothing
    /// Nothing that has to be waited for.
    case answer(Response)
    case service(RouteTable.Operation, RequestFields)
    case collection(RouteTable.Operation, Call, JobID?)
  }

  /// Everything that is checked without the store, in the order in which a client has to put things right: address,
  /// method, Accept, body. It is a function of its own because a request that waits keeps the memory of all
  /// functions it waits in.
  @inline(never)
  private func check(_ request: Request, at place: (route: Int, id: JobID?)?) throws -> Asked {
    try checkWebServer(request)
    try checkProxies(request, at: place)
    if request.hasTooManyFields { throw Problem.headerTooLarge }
    switch routes.match(request.method, at: place) {
    case .unknown:
      return .nothing
    case .notAllowed(let allow):
      throw Problem.methodNotAllowed(request.method, allow: allow)
    case .allowed(let allow):
      return .answer(Response(status: .noContent, headerFields: [.allow: allow]))
    case .operation(let operation, let kind, let id):
      let fields = RequestFields(request.headerFields)
      if operation == .welcome, let page = page(for: request, fields) { return .answer(page) }
      try checkAccept(fields, operation, kind)
      if request.receiver != nil { try checkOrigin(request, fields) }
      if operation == .submit { try checkContentType(fields, of: request, kind.map { served[$0].kind }) }
      try checkBody(request, of: kind.map { served[$0] })
      guard let kind else { return .service(operation, fields) }
      let call = Call(
        request: request, fields: fields, served: served[kind], owner: try owner(of: request))
      return .collection(operation, call, id)
    }
  }

  /// What changes something has tested its preconditions already, in the transaction of the change.
  @inline(never)
  private func checkPrecondition(
    _ response: Response, _ operation: RouteTable.Operation, _ fields: RequestFields
  ) throws -> Response {
    // The web server tests those of a file, by the file's own tag.
    let isFile = response.headerFields[.accelRedirect] != nil
    let isTested = [.submit, .cancel, .remove].contains(operation)
    if !isTested, !isFile { try response.checkIfMatch(fields) }
    return response
  }

  /// The routes about the service itself.
  private func answer(_ operation: RouteTable.Operation, _ fields: RequestFields) async throws -> Response {
    switch operation {
    case .health: try await health()
    case .describe: describe(fields)
    case .metrics: try metrics()
    default: welcome()
    }
  }

  /// The routes of a kind, and of one of its jobs.
  private func answer(_ call: Call, _ operation: RouteTable.Operation, _ id: JobID?) async throws -> Response {
    guard let id else {
      return switch operation {
      case .submit: try await submit(call)
      case .events: try await events(call)
      default: try await list(call)
      }
    }
    return switch operation {
    case .events: try await events(call, id)
    case .status: try await status(call, id)
    case .cancel: try await cancel(call, id)
    case .result: try await result(call, id)
    case .file(let name): try await file(name, call, id)
    case .inputFile(let name): try await inputFile(name, call, id)
    case .remove: try await remove(call, id)
    case .log: try await log(call, id)
    default: try await read(call, id)
    }
  }

  /// Whose limits `call` counts for; `nil`: nobody's.
  func client(of call: Call) -> Client? {
    Client(of: call.request, owner: call.owner, frontProxies: configuration.frontProxies)
  }

  private func checkAccept(_ fields: RequestFields, _ operation: RouteTable.Operation, _ kind: Int?) throws {
    guard let accept = fields.accept else { return }
    let types: [MediaType] =
      switch operation {
      case .result: kind.map { served[$0].resultTypes } ?? [.json]
      case .file(let name): kind.flatMap { served[$0].fileTypes[name] } ?? [.json]
      // Its type is the client's own, and known by the job.
      case .inputFile: []
      case .events: [.eventStream]
      case .metrics, .log: [.plainText]
      default: [.json]
      }
    // The 204 of a cancel has no body: a client made from the description asks for its problems alone.
    let isAllowed =
      types.isEmpty || types.contains { Accept.allows($0, accept) }
      || [.cancel, .remove].contains(operation) && Accept.allows(.problem, accept)
    guard isAllowed else {
      throw Problem.notAcceptable(types.map { "\($0.type)/\($0.subtype)" }.joined(separator: " or "))
    }
  }

  private func checkContentType(_ fields: RequestFields, of request: Request, _ kind: Kind?) throws {
    if request.receiver == nil {
      guard let type = fields.contentType, type == "application/json" || MediaType(type)?.isJSON == true else {
        throw Problem.unsupportedMediaType(kind?.bodyTypes ?? [])
      }
    }
    if let encoding = fields.contentEncoding, !encoding.isEmpty, !FieldSyntax.same(encoding[...], "identity") {
      throw Problem.unsupportedEncoding
    }
  }

  private func checkBody(_ request: Request, of served: ServedKind?) throws {
    switch request.body {
    case .complete(let bytes):
      if let limit = served?.kind.limits.body, bytes.count > limit { throw Problem.bodyTooLarge(limit: limit) }
    case .tooLarge(let limit): throw Problem.bodyTooLarge(limit: served?.kind.limits.body ?? limit)
    case .truncated: throw Problem.truncatedBody
    }
  }
}
