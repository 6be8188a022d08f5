import Glibc

/// The media types that a file's first bytes tell apart.
public enum FileSignature: String, CaseIterable, Sendable {
  case jpeg = "image/jpeg"
  case png = "image/png"
  case gif = "image/gif"
  case webp = "image/webp"
  case tiff = "image/tiff"
  case pdf = "application/pdf"
  /// Also what office programs write, under types of their own.
  case zip = "application/zip"

  /// Of an open file; `nil` where its first bytes are none of these.
  public init?(of descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    self.init(bytes.prefix(max(0, count)))
  }

  /// By the first 16 bytes.
  public init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes.prefix(16))
    func begins(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if begins("GIF87a") || begins("GIF89a") {
      self = .gif
    } else if begins("RIFF"), begins("WEBP", at: 8) {
      self = .webp
    } else if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
      self = .tiff
    } else if begins("%PDF-") {
      self = .pdf
    } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6]) {
      self = .zip
    } else {
      return nil
    }
  }

  /// Whether a file with this signature (`nil`: none) may be what a client says it is. The first bytes contradict another
  /// of the types that they tell; a ZIP may be any type that they don't tell.
  public static func allows(_ type: String, _ signature: FileSignature?) -> Bool {
    let isTold = allCases.contains { $0.rawValue == type }
    guard let signature else { return !isTold }
    return signature.rawValue == type || signature == .zip && !isTold
  }

  /// The type among `types` that a file with this signature (`nil`: none) has; `nil` where it has none of them. A type that
  /// the first bytes tell is believed to nothing else.
  public static func type(of signature: FileSignature?, among types: [String]) -> String? {
    if let signature, types.contains(signature.rawValue) { return signature.rawValue }
    let others = types.first { type in !allCases.contains { $0.rawValue == type } }
    return signature == nil || signature == .zip ? others : nil
  }
}
