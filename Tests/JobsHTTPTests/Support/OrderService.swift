import FastCGI
import HTTPTypes
import JobFiles
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Logging
import Orders
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// The API over a real store in a folder of its own. No runner: a test takes and ends jobs itself, when it wants to.
final class OrderService: Sendable {
  let folder: TemporaryFolder
  let store: any JobStore
  let waits: JobWaits
  let api: API
  private let listening: Task<Void, any Error>
  private let failureLog = FailureLog()

  /// What the API told of faults that clients only see as "unavailable".
  var failures: [String] { failureLog.lines.withLock { $0 } }

  init(
    kinds: [Kind] = [.orders], queueLimits: QueueLimits = QueueLimits(jobs: 100),
    streamLimit: Int = 10, waitLimit: Int = 1000, keepFinal: Duration? = nil, crossOrigin: CrossOrigin? = nil,
    callbacks: CallbackRules? = nil,
    bodyLimit: Int? = nil, filesLimit: Int64? = nil, basePath: BasePath = .root, load: Load? = nil,
    store configuration: SQLiteJobStore.Configuration = .init()
  ) throws {
    folder = try TemporaryFolder()
    let store = try SQLiteJobStore.open(path: folder.path + "/orders.sqlite", configuration: configuration)
    let waits = JobWaits(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    self.store = store
    self.waits = waits
    api = try API(
      store: store,
      kinds: kinds.map {
        $0.filled(
          from: KindLimits(body: bodyLimit, waiting: queueLimits.jobs, waitingBytes: queueLimits.bytes), attempts: 3,
          keep: keepFinal.map(Keep.time) ?? .forEver)
      }, files: FileFolder(path: store.filesFolder, token: store.fileToken), waits: waits,
      configuration: API.Configuration(
        streamLimit: streamLimit, waitLimit: waitLimit, crossOrigin: crossOrigin, callbacks: callbacks,
        filesLimit: filesLimit, basePath: basePath, version: "1.2.3"),
      load: { load }, exposition: { Array("orders_waits 0\n".utf8) },
      onFailure: { [failureLog] error, _ in failureLog.lines.withLock { $0.append("\(error)") } })
    listening = Task { try await waits.run() }
  }

  deinit { listening.cancel() }

  func send(
    _ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [:], body: Request.Body = .complete([]),
    user: String? = nil, from address: String = "127.0.0.1"
  ) async -> Answer {
    Answer(await response(method, target, fields, body: body, user: user, from: address))
  }

  /// An answer whose body may be a stream.
  func response(
    _ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [:], body: Request.Body = .complete([]),
    user: String? = nil, from address: String = "127.0.0.1"
  ) async -> Response {
    let parameters = Parameters(
      [
        (name: "REQUEST_ID", value: "r1"), (name: "REMOTE_ADDR", value: address), (name: "ORDERS_INTERNAL", value: "1"),
      ]
        + (user.map { [(name: "REMOTE_USER", value: $0)] } ?? []))
    let request = Request(method: method, target: target, headerFields: fields, parameters: parameters, body: body)
    return await api.respond(to: request)
  }

  func get(_ target: String, _ fields: HTTPFields = [:], user: String? = nil) async -> Answer {
    await send(.get, target, fields, user: user)
  }

  func post(
    _ body: String = #"{"products":["y","z"],"amount":250}"#, to target: String = "/orders", _ fields: HTTPFields = [:],
    user: String? = nil
  ) async -> Answer {
    var fields = fields
    if fields[.contentType] == nil { fields[.contentType] = "application/json" }
    return await send(.post, target, fields, body: .complete(Array(body.utf8)), user: user)
  }

  /// Submits an order and brings it to `status`.
  @discardableResult
  func order(_ status: JobStatus = .started, user: String? = nil) async throws -> JobID {
    let id = try #require(JobID(rawValue: Int64(await post(user: user).body["id"]?.text ?? "") ?? 0))
    switch status {
    case .started: break
    case .cancelled: _ = try await store.cancel(id, at: .now)
    case .running: _ = try await claim(id)
    case .complete: _ = try await finish(claim(id), as: .complete(Array(#"{"result":\#(id)}"#.utf8)))
    case .failed: _ = try await finish(claim(id), as: .fail(JobFailure(code: "out-of-stock", detail: "None left.")))
    }
    return id
  }

  func claim(_ id: JobID, of kind: JobKind = Kind.orders.name) async throws -> Tenure {
    let claims = try await store.claim(Room(1, of: [kind: 3]), at: .now)
    let claim = try #require(claims.first)
    try #require(claim.tenure.id == id)
    return claim.tenure
  }

  @discardableResult
  func finish(_ tenure: Tenure, as outcome: JobOutcome) async throws -> Bool {
    try await store.finish(tenure, as: outcome, at: .now)
  }
}

/// For kinds that nobody works on here.
struct NoWork: Workload {
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] { input }
}

private final class FailureLog: Sendable {
  let lines = Mutex<[String]>([])
}

/// A response with its body read.
struct Answer: Sendable {
  let status: Int
  let fields: HTTPFields
  let bytes: [UInt8]
  let isBodyless: Bool

  init(_ response: Response) {
    status = response.status.code
    fields = response.headerFields
    switch response.body {
    case .bytes(let bytes): (self.bytes, isBodyless) = (bytes, false)
    default: (bytes, isBodyless) = ([], true)
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// `null` where it is no JSON.
  var body: JSON { (try? JSONReader.read(bytes)) ?? .null }

  var code: String? { body["code"]?.text }
}

extension HTTPField.Name {
  static let prefer = Self("Prefer")!
  static let preferenceApplied = Self("Preference-Applied")!
  static let idempotencyKey = Self("Idempotency-Key")!
  static let idempotentReplayed = Self("Idempotent-Replayed")!
  static let link = Self("Link")!
  static let sunset = Self("Sunset")!
}
