/// Why a job failed; a ``Workload`` throws it to fail with a code of its own.
///
/// Whatever it is made of, also what a store holds from earlier versions: its code can end a URI, and its detail is short.
public struct JobFailure: Error, Hashable, Sendable {
  /// A stable word for programs, for example `worker-lost`: 1 to 64 ASCII letters, digits, `-`, `.`, `_` and `~`.
  public let code: String
  /// A sentence for people, of at most 4 KiB.
  public let detail: String
  /// The value of the input that is the reason, as a JSON pointer (RFC 6901) of at most 1 KiB: `/products/0`.
  public let pointer: String?

  static let longestCode = 64
  static let longestDetail = 4 << 10
  static let longestPointer = 1 << 10

  /// A code that isn't one becomes `work-failed`, and is quoted in the detail. A longer detail is cut and ends in `…`. A longer
  /// pointer, or one that is neither empty nor begins with `/`, is left out.
  public init(code: String, detail: String, pointer: String? = nil) {
    self.pointer = pointer.flatMap { Self.isPointer($0) ? $0 : nil }
    if Self.isCode(code) {
      self.code = code
      self.detail = detail.cut(to: Self.longestDetail)
    } else {
      self.code = "work-failed"
      self.detail = (code.isEmpty ? detail : "\(code.cut(to: 256)): \(detail)").cut(to: Self.longestDetail)
    }
  }

  private static func isPointer(_ text: String) -> Bool {
    text.utf8.count <= longestPointer && (text.isEmpty || text.utf8.first == UInt8(ascii: "/"))
  }

  private static func isCode(_ text: String) -> Bool {
    (1...longestCode).contains(text.utf8.count) && text.utf8.allSatisfy(\.isUnreserved)
  }

  /// A process that worked on it died, or hung for longer than its lease, in the last attempt it had.
  public static let workerLost = JobFailure(
    code: "worker-lost", detail: "The process that worked on it died, and it has no attempt left.")

  /// It took longer than its kind may, in the last attempt it had.
  public static let timedOut = JobFailure(
    code: "timed-out", detail: "The last attempt exceeded the time limit.")

  /// The work ended with an error that says no more, in the last attempt it had.
  public static let workFailed = JobFailure(code: "work-failed", detail: "The work ended with an error.")

  /// The work returned more bytes than a result may have. Another attempt would do the same.
  static func resultTooLarge(_ bytes: Int, limit: Int) -> JobFailure {
    JobFailure(code: "result-too-large", detail: "The result has \(bytes) bytes. At most \(limit) are kept.")
  }

  /// The store refuses the result, and would refuse it again.
  static let resultRefused = JobFailure(code: "result-refused", detail: "The store does not take the result.")
}

extension String {
  /// At most `limit` bytes of UTF-8; what is longer ends in `…`, and no scalar is cut.
  func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let mark = "…"
    var end = utf8.index(startIndex, offsetBy: max(0, limit - mark.utf8.count))
    while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(self[..<end]) + mark
  }
}
