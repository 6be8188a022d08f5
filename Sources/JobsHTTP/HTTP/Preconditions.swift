import FastCGI
import HTTPTypes
import Jobs

/// RFC 9110 section 13. `If-Unmodified-Since` and `If-Modified-Since` are for resources with a date; ours have none.
extension ChangeCondition {
  /// What a request that changes something asks for. `scope` is that of the resource's tags.
  init(_ fields: RequestFields, store: String, scope: String = "") {
    self.init()
    if let value = fields.ifMatch { among = EntityTag.changes(namedIn: value, store: store, scope: scope) }
    guard let value = fields.ifNoneMatch else { return }
    if let known = EntityTag.changes(namedIn: value, store: store, scope: scope) {
      except = known
    } else {
      // A star: there must be nothing yet, and there is something.
      among = []
    }
  }
}

extension Response {
  /// Tests the `If-Match` of a GET against the tag that this answer has. It counts for answers without a fault only.
  func checkIfMatch(_ fields: RequestFields) throws(Problem) {
    guard let value = fields.ifMatch, status.kind == .successful || status == .notModified else { return }
    guard EntityTag.isNamed(headerFields[.eTag], in: value) else { throw .preconditionFailed }
  }
}
