import Glibc
import HTTPTypes
import Jobs
import JobsHTTP
import JobsSQLite
import StrictJSON

@testable import FastCGI

/// One input on a service that others were tried on before. Nothing of them is seen: each trial has users of its own, and
/// ends all its orders.
final class Trial {
  private let service: ServiceUnderTest
  private let number: Int
  private let wire: Wire
  private var ledger = Ledger()
  private var recall = Recall()
  /// Orders that have ended may be gone.
  private var hasExpired = false
  /// Whether requests and answers are printed as they come: a trap leaves no time for it later.
  private let isAloud = getenv("ORDERS_FUZZ_ALOUD") != nil
  /// The requests and answers so far, for people.
  private(set) var transcript: [String] = []

  init(_ service: ServiceUnderTest, number: Int) throws {
    self.service = service
    self.number = number
    wire = try Wire()
  }

  func run(_ script: Script) throws {
    if let records = script.records {
      _ = records.withUnsafeBytes { RequestExamination.examine($0) }
      try wire.send(records)
      while true {
        let (request, cost) = try Cost.measure { try wire.next() }
        guard let (head, body) = request else { break }
        try take(head, body, meanwhile: nil, cost, requestBytes: records.count)
      }
    }
    for step in script.steps {
      switch step {
      case .deed(let deed):
        say("* \(deed)")
        try perform(deed)
      case .request(let request):
        try send(recall.completed(request))
      }
    }
    let unfinished = ledger.unfinished
    let failure = complete { [runner = service.runner] in
      do {
        try await runner.clear(unfinished)
        return nil as String?
      } catch {
        return "\(error)"
      }
    }
    if let failure { throw Violation("an order can't be cancelled: \(failure)") }
  }

  private func say(_ text: String) {
    transcript.append(text)
    if isAloud { print(text + "\n") }
  }

  private func perform(_ deed: Deed) throws {
    if deed == .expire { hasExpired = true }
    let failure = complete { [runner = service.runner] in
      do {
        try await runner.perform(deed)
        return nil as String?
      } catch {
        return "\(error)"
      }
    }
    if let failure { throw Violation("the runner failed: \(failure)") }
  }

  private func send(_ written: ScriptedRequest) throws {
    var written = written
    written.user = Array("\(number)-".utf8) + written.user
    say(written.text)
    guard written.isPassedOn else { return say("* longer than a web server passes on") }
    let records = written.cut.records(of: written)
    try checkBeginnings(of: records)
    try wire.send(records)
    let (request, cost) = try Cost.measure { try wire.next() }
    guard let (head, body) = request else { throw Violation("a whole request that was not read") }
    try demand(wire.waiting().isEmpty, "a request was read, and not all of its bytes")
    try take(head, body, meanwhile: written.meanwhile, cost, requestBytes: records.count)
  }

  /// A beginning of a request is neither a whole one nor none.
  private func checkBeginnings(of records: [UInt8]) throws {
    for cut in stride(from: 0, to: records.count, by: max(1, records.count / 8)) {
      switch records.prefix(cut).withUnsafeBytes({ RequestExamination.examine($0) }) {
      case .incomplete, .parametersComplete: break
      case let other: throw Violation("\(other) after \(cut) bytes of \(records.count)")
      }
    }
  }

  /// `cost` is what reading it took.
  private func take(
    _ head: RequestHead, _ body: Request.Body, meanwhile: Deed?, _ cost: Cost, requestBytes: Int
  ) throws {
    let (request, headCost) = Cost.measure { head.request(body: body) }
    // The reactor answers 400 itself where there is no method.
    guard let request else { return }
    if meanwhile == .expire { hasExpired = true }
    let answer = try respond(to: request, meanwhile: meanwhile, after: cost + headCost, requestBytes: requestBytes)
    recall.take(answer)
    try checkTag(of: answer, to: request)
    if request.method == .post, [201, 202].contains(answer.status) { try checkAccepted(answer, request) }
    if request.method == .delete, answer.status == 204 { try checkCancelled(request) }
    if request.method == .get, let page = answer.document?["orders"] { try checkList(page, answer, request) }
  }

  private func respond(
    to request: Request, meanwhile: Deed? = nil, after cost: Cost = Cost(), requestBytes: Int = 0
  ) throws -> Answer {
    let (answer, ownCost) = try Cost.measure { try service.respond(to: request, meanwhile: meanwhile) }
    say(answer.text)
    say("  \(cost + ownCost)")
    try (cost + ownCost).check(answer, requestBytes: requestBytes)
    try Contract.check(answer, to: request.method.rawValue)
    if answer.status == 200, let document = answer.document { try ledger.check(document) }
    for event in answer.events { try ledger.check(event) }
    return answer
  }

  private func get(_ target: String, as request: Request) throws -> Answer {
    say("→ GET \(target)")
    return try respond(to: Request(method: .get, target: target, parameters: request.parameters))
  }

  /// The same request with the tag it was answered with is answered 304, for nothing has changed.
  private func checkTag(of answer: Answer, to request: Request) throws {
    guard request.method == .get || request.method == .head, answer.status == 200, !answer.isStream,
      let tag = answer.fields[.eTag]
    else { return }
    var fields = request.headerFields
    fields[.ifNoneMatch] = tag
    fields[.prefer] = nil
    let again = Request(
      method: request.method, target: request.target, headerFields: fields, parameters: request.parameters,
      body: request.body)
    say("→ the same, if none match \(tag)")
    let second = try respond(to: again)
    try demand(second.status == 304 && second.fields[.eTag] == tag, "an unchanged document is answered anew")
  }

  private func checkAccepted(_ answer: Answer, _ request: Request) throws {
    guard let number = Int64(try Contract.identifier(answer)), case .complete(let body) = request.body,
      let location = answer.fields[.location]
    else { throw Violation("an order was accepted that is none") }
    let id = JobID(rawValue: number)
    if answer.fields[.idempotentReplayed] == nil {
      try demand(id > service.newest, "id \(id) after \(service.newest)")
      service.newest = id
    }
    recall.id = id
    try ledger.accept(id, body, owner: JobOwner(request.parameters["REMOTE_USER"] ?? ""))
    let address = location.hasSuffix("/status") ? String(location.dropLast("/status".count)) : location
    let read = try get(address, as: request)
    try demand(read.status == 200, "an accepted order can't be read")
    try ledger.checkOrder(in: read)
  }

  private func checkCancelled(_ request: Request) throws {
    let path = request.target.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
    guard path.count == 3, let number = Int64(path[1]) else { throw Violation("a 204 for the cancel of nothing") }
    try ledger.cancel(JobID(rawValue: number))
    let read = try get("/\(path[0])/\(path[1])/status", as: request)
    try demand(read.document?["status"] == .string("cancelled"), "cancelled, and its status says otherwise")
  }

  private func isThere(_ id: JobID) throws -> Bool {
    let isThere = complete { [store = service.store] in (try? await store.read(id)) != nil }
    try demand(isThere || hasExpired, "order \(id) is lost")
    return isThere
  }

  private func checkList(_ page: JSON, _ answer: Answer, _ request: Request) throws {
    let ids = try ledger.check(page: page)
    if !request.target.contains("?"), let owner = request.parameters["REMOTE_USER"], !owner.isEmpty {
      let expected = try ledger.ids(of: JobOwner(owner)).filter { try isThere($0) }
      try demand(ids == expected, "a list of \(ids), and there are \(expected)")
    }
    guard case .string(let next)? = answer.document?["next"] else { return }
    let following = try get(next, as: request)
    guard following.status == 200, let page = following.document?["orders"] else {
      throw Violation("the next page can't be read")
    }
    try demand(Set(try ledger.check(page: page)).isDisjoint(with: ids), "an order on two pages")
  }
}

extension HTTPField.Name {
  static let prefer = Self("Prefer")!
}
