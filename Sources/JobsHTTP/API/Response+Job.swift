import FastCGI
import HTTPTypes

extension Response {
  /// A document of a resource that changes: with its tag, and to be asked about again before it is reused.
  static func changing(_ bytes: [UInt8], _ tag: EntityTag, type: String? = nil) -> Response {
    var response = changing(tag, type: type)
    response.body = .bytes(bytes)
    return response
  }

  /// The same in answer to HEAD: `length` is that of the bytes.
  static func changing(length: Int, _ tag: EntityTag, type: String? = nil) -> Response {
    var response = changing(tag, type: type)
    response.headerFields.append(HTTPField(name: .contentLength, value: "\(length)"))
    return response
  }

  private static func changing(_ tag: EntityTag, type: String?) -> Response {
    var fields = HTTPFields()
    fields.reserveCapacity(5)
    fields.append(type.map { HTTPField(name: .contentType, value: $0) } ?? .json)
    fields.append(.noCache)
    fields.append(HTTPField(name: .eTag, value: tag.text))
    return Response(status: .ok, headerFields: fields)
  }

  /// RFC 9110 section 15.4.5: the fields that the 200 would have had, as far as caches need them.
  static func notModified(_ tag: EntityTag, waited seconds: Int? = nil) -> Response {
    var fields = HTTPFields()
    fields.append(.noCache)
    fields.append(HTTPField(name: .eTag, value: tag.text))
    if let seconds { fields.append(.waited(seconds)) }
    return Response(status: .notModified, headerFields: fields)
  }
}
