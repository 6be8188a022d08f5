import StrictJSON

extension JSON {
  /// Reads a document of the service; `nil` if it is not JSON.
  ///
  /// The limits are wider than those of a request: work may nest its result deeper, and a page or a result of many short
  /// values takes much more memory than its bytes.
  init?(document bytes: [UInt8]) {
    do {
      self = try JSONReader.read(bytes, nesting: 64, boundsMemory: false)
    } catch {
      return nil
    }
  }

  /// `nil` for a number with a fraction or an exponent too.
  var integer: Int64? { number.flatMap { Int64($0) } }

  var elements: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
}
