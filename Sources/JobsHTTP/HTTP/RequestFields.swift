import FastCGI
import HTTPTypes

/// The header fields that this API reads, found in one pass. A poll's request has a dozen others.
struct RequestFields {
  private(set) var accept: String?
  private(set) var contentType: String?
  private(set) var contentEncoding: String?
  private(set) var prefer: String?
  private(set) var ifMatch: String?
  private(set) var ifNoneMatch: String?
  private(set) var idempotencyKey: String?
  private(set) var lastEventID: String?

  /// With those that `CrossOrigin` and `TraceParent` read. A field that is read anywhere has to be named here.
  static let read = KeptFields(names)

  /// Bodies with files can come from any page that a browser shows: see ``API/checkOrigin(_:_:)``.
  static let readWithFiles = KeptFields(names + ["host", "sec-fetch-site"].compactMap { HTTPField.Name($0) })

  private static let names = [
    "accept", "prefer", "content-type", "content-encoding", "last-event-id", "if-match", "if-none-match",
    "idempotency-key", "origin", "access-control-request-method", "traceparent",
  ].compactMap { HTTPField.Name($0) }

  init(_ fields: HTTPFields) {
    for field in fields {
      let name = field.name.canonicalName
      // The lengths differ, so most names are passed over without being compared.
      switch name.utf8.count {
      case 6 where name == "accept": Self.join(field, to: &accept)
      case 6 where name == "prefer": Self.join(field, to: &prefer)
      case 8 where name == "if-match": Self.join(field, to: &ifMatch)
      case 12 where name == "content-type": Self.join(field, to: &contentType)
      case 13 where name == "last-event-id": Self.join(field, to: &lastEventID)
      case 13 where name == "if-none-match": Self.join(field, to: &ifNoneMatch)
      case 15 where name == "idempotency-key": Self.join(field, to: &idempotencyKey)
      case 16 where name == "content-encoding": Self.join(field, to: &contentEncoding)
      default: break
      }
    }
  }

  /// A repeated field is one list (RFC 9110 section 5.3).
  private static func join(_ field: HTTPField, to value: inout String?) {
    value = value.map { $0 + ", " + field.value } ?? field.value
  }
}
