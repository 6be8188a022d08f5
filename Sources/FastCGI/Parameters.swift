import Glibc

/// The CGI parameters of a request (RFC 3875 section 4.1) but for those that made its method, target and header fields.
///
/// One piece of memory, since hardly any of them are ever looked at.
public struct Parameters: Sendable {
  /// `NAME=value`, each with a zero behind it.
  private var bytes: [UInt8] = []

  /// No name holds a `=` and neither name nor value a zero: FastCGI's parameters reach us as C strings.
  public init(_ pairs: [(name: String, value: String)] = []) {
    for (name, value) in pairs { append(name.utf8, value.utf8) }
  }

  /// The first parameter of that name. What isn't UTF-8 in it is replaced by U+FFFD.
  public subscript(name: String) -> String? {
    bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The first parameter of that name, as it came.
  public func bytes(of name: String) -> ArraySlice<UInt8>? {
    var name = name
    let value = name.withUTF8 { name in bytes.withUnsafeBytes { Self.value(of: UnsafeRawBufferPointer(name), in: $0) } }
    return value.map { bytes[$0] }
  }

  /// Where it stands.
  private static func value(of name: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    var start = 0
    while start < bytes.count, let first = bytes.baseAddress?.advanced(by: start),
      let zero = memchr(first, 0, bytes.count - start)
    {
      let length = first.distance(to: zero)
      if length > name.count, first.load(fromByteOffset: name.count, as: UInt8.self) == UInt8(ascii: "="),
        name.elementsEqual(UnsafeRawBufferPointer(start: first, count: name.count))
      {
        return start + name.count + 1..<start + length
      }
      start += length + 1
    }
    return nil
  }

  mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
    // As much as the shipped nginx configuration passes.
    if bytes.isEmpty { bytes.reserveCapacity(512) }
    bytes.append(contentsOf: name)
    bytes.append(UInt8(ascii: "="))
    bytes.append(contentsOf: value)
    bytes.append(0)
  }
}
