import Glibc
import Multipart

/// An input that is a body of `multipart/form-data`: a first line `multipart 7,3,100` with the lengths of its pieces, in
/// turn, then the Content-Type, then the body.
struct MultipartTrial {
  /// More bytes or pieces take seconds, and show no more.
  private static let mostBytes = 400_000
  private static let mostPieces = 20_000

  private let lengths: [Int]
  private let contentType: String
  private let body: [UInt8]

  /// `nil` for an input that is none.
  init?(_ input: [UInt8]) {
    guard input.starts(with: "multipart ".utf8) else { return nil }
    let lines = Repetition.expanded(input).split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3 else { return nil }
    let lengths = String(decoding: lines[0].dropFirst("multipart ".utf8.count), as: UTF8.self).split(separator: ",")
      .compactMap { Int($0) }.filter { $0 > 0 }
    contentType = String(decoding: lines[1], as: UTF8.self)
    body = Array(lines[2].prefix(Self.mostBytes))
    let shortest = 1 + body.count / Self.mostPieces
    self.lengths = lengths.isEmpty ? [shortest] : lengths.map { max($0, shortest) }
  }

  func run() throws(Violation) {
    guard let boundary = try? MultipartBoundary(contentType: contentType) else { return }
    let cost = Cost.measure { MultipartReading.skip(body, boundary) }.cost
    let whole = try reading(boundary, in: [max(1, body.count)])
    if getenv("ORDERS_FUZZ_ALOUD") != nil { print("\(whole)\n\(cost)\n") }
    try cost.checkStream(of: body.count)
    try demand(try reading(boundary, in: lengths) == whole, "pieces of \(lengths) say something else than the whole")
  }

  private func reading(_ boundary: MultipartBoundary, in lengths: [Int]) throws(Violation) -> MultipartReading {
    let reading = MultipartReading(body, boundary, in: lengths)
    if let disorder = reading.disorder { throw Violation("\(disorder), out of order") }
    try demand(reading.parts.count <= MultipartParser.partLimit, "\(reading.parts.count) parts")
    try demand(reading.error != nil || reading.isEnded, "a body that neither ended nor failed")
    try demand(reading.error != nil || reading.parts.allSatisfy(\.isEnded), "a part that did not end")
    for part in reading.parts {
      let texts = [part.head.name, part.head.fileName ?? "", part.head.contentType ?? ""]
      try demand(!texts.contains { $0.utf8.contains(0) }, "a NUL in the header of a part")
      try demand(texts.joined().utf8.count <= 2 * MultipartParser.headLimit, "more in a header than was sent")
    }
    return reading
  }
}
