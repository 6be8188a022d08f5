import Glibc
public import HTTPTypes

/// The header fields that a server's handler gets to see of a request. Others are dropped where they are read, unseen and
/// uncounted, so that a client can't make the server work on what nothing reads.
public struct KeptFields: Sendable {
  /// The parameters that carry them (RFC 3875 section 4.1.18): `HTTP_IF_NONE_MATCH`. The length and type of the content
  /// have parameters of their own, and a client's Proxy field must not look like a setting (httpoxy).
  private let fields: [(parameter: [UInt8], name: HTTPField.Name)]
  let keepsContentType: Bool

  public init(_ names: [HTTPField.Name]) {
    keepsContentType = names.contains(.contentType)
    fields = names.filter { ![.contentType, .contentLength, Self.proxy].contains($0) }.map { name in
      (Array("HTTP_".utf8) + name.canonicalName.utf8.map { $0 == 0x2d ? 0x5f : Self.uppercased($0) }, name)
    }
  }

  /// The field that a CGI parameter carries; `nil` where that is not to be kept.
  func name(of parameter: UnsafeRawBufferPointer) -> HTTPField.Name? {
    guard let start = parameter.baseAddress else { return nil }
    return fields.first { field in
      field.parameter.count == parameter.count && memcmp(field.parameter, start, parameter.count) == 0
    }?.name
  }

  private static let proxy = HTTPField.Name("Proxy")!

  private static func uppercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte & 0xDF : byte
  }
}

extension UnsafeRawBufferPointer {
  func isEqual(to text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount, let baseAddress else { return false }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }
}
