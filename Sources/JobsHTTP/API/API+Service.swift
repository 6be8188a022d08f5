import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

/// The routes about the service itself.
extension API {
  /// `GET /` for a browser: nginx sends the page that it has at the address of its parameter `ORDERS_PAGE`. `nil` where
  /// it has none, or the client wants JSON as much.
  func page(for request: Request, _ fields: RequestFields) -> Response? {
    guard let page = request.parameters["ORDERS_PAGE"], !page.isEmpty, Accept.prefersHTML(fields.accept) else {
      return nil
    }
    // What nginx answers is the file, with its own type, tag and Vary.
    return Response(status: .ok, headerFields: [.accelRedirect: internalAddress(page, for: request)])
  }

  /// `GET /`: names the first thing to try.
  func welcome() -> Response {
    let kinds = served.map(\.kind)
    var writer = JSONWriter(capacity: 512)
    writer.raw(#"{"service":"orders","version":"#)
    writer.string(configuration.version)
    writer.raw(#","description":"#)
    writer.string(configuration.basePath.text + "/openapi.json")
    writer.raw(#","collections":["#)
    for (index, kind) in kinds.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(address(of: kind))
    }
    writer.raw(#"],"kinds":["#)
    for (index, kind) in kinds.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.words(of: kind, at: address(of: kind))
    }
    writer.raw("]")
    if let first = kinds.first(where: { $0.example != nil }), let example = first.example {
      writer.raw(#","try":{"method":"POST","path":"#)
      writer.string(address(of: first))
      writer.raw(#","contentType":"application/json","body":"#)
      writer.raw(text: example)
      writer.raw(#","then":"GET the Location of the answer until done is true"}"#)
    }
    writer.raw("}")
    return Response(
      status: .ok, headerFields: HTTPFields([.json, HTTPField(name: .vary, value: "Accept")]),
      body: .bytes(writer.bytes))
  }

  /// `GET /openapi.json`.
  func describe(_ fields: RequestFields) -> Response {
    isKnown(description.tag, fields.ifNoneMatch)
      ? .notModified(description.tag) : .changing(description.bytes, description.tag)
  }

  /// `GET /healthz`, from any process for all of them. Where this one can't write: 503, with the same members, the reason
  /// and, if that is why, the process that holds the store.
  func health() async throws -> Response {
    let health = try await store.health()
    var members = JSONWriter()
    members.health(health, version: configuration.version)
    if let fault = health.fault {
      var problem = Problem.storeUnavailable("The store can't be written: \(fault.cause).")
      problem.more = members.bytes
      throw problem
    }
    var writer = JSONWriter(capacity: members.bytes.count + 32)
    writer.raw(#"{"status":"ok","#)
    writer.raw(members.bytes)
    writer.raw("}")
    return Response(status: .ok, headerFields: HTTPFields([.json, .noStore]), body: .bytes(writer.bytes))
  }
}

extension API {
  /// `GET /metrics`: Prometheus's text, from any process for all of them.
  func metrics() throws -> Response {
    Response(status: .ok, headerFields: HTTPFields([.exposition, .noStore]), body: .bytes(try exposition()))
  }
}

extension JSONWriter {
  /// `{"name":"report","path":"/reports","title":"Reports","description":"…"}`, the last where there is one.
  fileprivate mutating func words(of kind: Kind, at address: String) {
    raw(#"{"name":"#)
    string(kind.name.rawValue)
    raw(#","path":"#)
    string(address)
    raw(#","title":"#)
    string(kind.title)
    if let description = kind.description {
      raw(#","description":"#)
      string(description)
    }
    raw("}")
  }

  /// The members of a health document, without the braces around them.
  fileprivate mutating func health(_ health: StoreHealth, version: String) {
    raw(#""version":"#)
    string(version)
    raw(#","store":"#)
    string(health.engine)
    raw(#","queued":"#)
    integer(health.queued)
    if health.callbacks > 0 {
      raw(#","callbacks":{"waiting":"#)
      integer(health.callbacks)
      raw("}")
    }
    if let first = health.heldExpiries.values.min() {
      raw(#","expiry":{"waitingFor":"confirmation","endedBefore":"#)
      timestamp(first)
      raw(#","kinds":{"#)
      for (index, held) in health.heldExpiries.sorted(by: { $0.key.rawValue < $1.key.rawValue }).enumerated() {
        if index > 0 { raw(",") }
        string(held.key.rawValue)
        raw(":")
        timestamp(held.value)
      }
      raw("}}")
    }
    if let holder = health.fault?.holder {
      raw(#","holder":{"pid":"#)
      integer(holder)
      raw("}")
    }
    raw(#","processes":["#)
    for (index, member) in health.members.enumerated() {
      if index > 0 { raw(",") }
      process(member)
    }
    raw("]")
  }

  private mutating func troubles(_ troubles: [WorkTrouble]) {
    raw(#","troubles":["#)
    for (index, trouble) in troubles.enumerated() {
      if index > 0 { raw(",") }
      raw(#"{"code":"#)
      string(trouble.code)
      raw(#","kind":"#)
      string(trouble.kind.rawValue)
      raw(#","job":"#)
      integer(trouble.job.rawValue)
      raw(#","detail":"#)
      string(trouble.detail)
      raw("}")
    }
    raw("]")
  }

  private mutating func confinement(of programs: ProgramConfinement) {
    raw(#","programs":{"user":"#)
    string(programs.user)
    raw(#","sandbox":"#)
    string(programs.sandbox ?? "none")
    if !programs.withoutSandbox.isEmpty {
      raw(#","withoutSandbox":["#)
      for (index, kind) in programs.withoutSandbox.enumerated() {
        if index > 0 { raw(",") }
        string(kind.rawValue)
      }
      raw("]")
    }
    switch programs.limits {
    case .cgroups: raw(#","limits":"cgroups"}"#)
    case .watching(let missing):
      raw(#","limits":"watching","missing":"#)
      string(missing)
      raw("}")
    }
  }

  private mutating func process(_ member: StoreHealth.Member) {
    raw(#"{"pid":"#)
    integer(member.pid)
    raw(#","startedAt":"#)
    timestamp(member.startedAt)
    raw(#","running":"#)
    integer(member.running)
    if member.state.ignoring > 0 {
      raw(#","ignoringCancellation":"#)
      integer(member.state.ignoring)
    }
    if member.state.isDraining { raw(#","draining":true"#) }
    if !member.state.troubles.isEmpty { troubles(member.state.troubles) }
    if let programs = member.state.programs { confinement(of: programs) }
    raw(#","settings":{"#)
    for (index, setting) in member.settings.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { raw(",") }
      string(setting.key)
      raw(":")
      string(setting.value)
    }
    raw("}}")
  }
}
