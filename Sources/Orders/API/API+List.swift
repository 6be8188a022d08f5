import FastCGI
import HTTPTypes
import Jobs

extension API {
  /// `GET /orders`: one page, and the address of the next where there is one.
  func list(_ call: Call) async throws -> Response {
    let page = try PageQuery(target: call.request.target)
    // Read before the page: a tag older than its page costs a needless 200, a newer one would hide a change.
    let change = try await store.newestChange()
    let tag = EntityTag(store: store.name, change: change, scope: call.owner)
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag) }
    let query = JobQuery(
      kind: call.collection.kind, owner: call.owner, statuses: page.statuses, ids: page.ids, after: page.after,
      ascending: page.isAscending, limit: page.limit + 1)
    let jobs = try await store.list(query)
    var writer = JSONWriter(capacity: 32 + min(jobs.count, page.limit) * 96)
    writer.raw("{")
    writer.string(call.collection.path)
    writer.raw(":[")
    for (index, job) in jobs.prefix(page.limit).enumerated() {
      if index > 0 { writer.raw(",") }
      writer.representation(of: job)
    }
    writer.raw("]")
    var next: String?
    if jobs.count > page.limit {
      let address = "/\(call.collection.path)?" + page.next(after: jobs[page.limit - 1].id)
      writer.raw(#","next":"#)
      writer.string(address)
      next = address
    }
    writer.raw("}")
    var response = Response.changing(writer.bytes, tag)
    if let next { response.headerFields.append(HTTPField(name: .link, value: "<\(next)>; rel=\"next\"")) }
    return response
  }
}
