/// FastCGI specification 1.0, section 8: the record types that a responder meets.
enum RecordType {
  static let beginRequest: UInt8 = 1
  static let abortRequest: UInt8 = 2
  static let endRequest: UInt8 = 3
  static let params: UInt8 = 4
  static let stdin: UInt8 = 5
  static let stdout: UInt8 = 6
}

/// Lengths and numbers of the record format (section 3.3).
enum RecordFormat {
  static let version: UInt8 = 1
  static let headerLength = 8
  static let maximumContent = 65_535
  static let responder: UInt16 = 1
}
