public import FastCGI
import HTTPTypes

/// The `traceparent` of a request (W3C Trace Context, section 3.2), by which its lines in the log can be found from a
/// trace. Only a valid one is taken.
public struct TraceParent: Hashable, Sendable {
  /// Its 55 characters: version, trace, parent and flags. What a later version may have behind them is anything.
  public let text: String
  /// 32 hexadecimal digits, not all of them zero.
  public var traceID: Substring { text.dropFirst(3).prefix(32) }

  /// `nil` where the request has none, or no valid one.
  public init?(of request: Request) {
    guard let value = request.headerFields[.traceParent] else { return nil }
    self.init(value)
  }

  /// A version above 00 may have more behind the flags; ff is none.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 55, Self.areDigits(bytes[0..<2]), bytes[0..<2] != Self.noVersion[...],
      bytes[2] == Self.dash, Self.areDigits(bytes[3..<35]), Self.isSet(bytes[3..<35]),
      bytes[35] == Self.dash, Self.areDigits(bytes[36..<52]), Self.isSet(bytes[36..<52]),
      bytes[52] == Self.dash, Self.areDigits(bytes[53..<55])
    else { return nil }
    let isFirst = text.hasPrefix("00")
    guard bytes.count == 55 || !isFirst && bytes[55] == Self.dash else { return nil }
    self.text = String(decoding: bytes[..<55], as: UTF8.self)
  }

  private static let dash = UInt8(ascii: "-")
  private static let noVersion = Array("ff".utf8)

  private static func areDigits(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }
  }

  private static func isSet(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains { $0 != UInt8(ascii: "0") }
  }
}

extension HTTPField.Name {
  fileprivate static let traceParent = Self("traceparent")!
}
