import StrictJSON

/// How far a job is, as the service says it.
public struct StatusDocument: Hashable, Sendable {
  public enum Status: String, CaseIterable, Sendable {
    case started, running, complete, failed, cancelled

    public var isFinal: Bool { self != .started && self != .running }
  }

  public let id: Int64
  public let status: Status
  public let percent: Int
  public let step: String?
  public let completed: Int64
  public let total: Int64
  public let attempt: Int64
  /// Whether a search finds it: that comes after its end.
  public let isIndexed: Bool
  /// RFC 3339, as the service wrote them; `nil` until they are known.
  public let createdAt, startedAt, updatedAt, finishedAt: String?
  private let reason: FailureReason?
  /// All of it, unchanged.
  public let bytes: [UInt8]

  /// `nil` where this is no status document.
  public init?(_ bytes: [UInt8]) {
    guard let json = JSON(document: bytes), let id = json["id"]?.integer,
      let status = json["status"]?.string.flatMap(Status.init), let progress = json["progress"],
      let percent = progress["percent"]?.integer
    else { return nil }
    self.id = id
    self.status = status
    self.percent = Int(min(max(percent, 0), 100))
    step = progress["step"]?.string
    completed = progress["completed"]?.integer ?? 0
    total = progress["total"]?.integer ?? 0
    attempt = json["attempt"]?.integer ?? 0
    isIndexed = json["indexed"] == .bool(true)
    createdAt = json["createdAt"]?.string
    startedAt = json["startedAt"]?.string
    updatedAt = json["updatedAt"]?.string
    finishedAt = json["finishedAt"]?.string
    reason = json["error"].map(FailureReason.init)
    self.bytes = bytes
  }

  public static func == (one: Self, other: Self) -> Bool { one.bytes == other.bytes }

  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

  /// How a command ends that looked at this.
  public var exit: ClientExit {
    switch status {
    case .started, .running: .notFinished
    case .complete: .complete
    case .failed: .failed
    case .cancelled: .cancelled
    }
  }

  /// `users 2/5`, or why it failed: what there is to say beside the status. Fit to be printed.
  public var remark: String {
    if let reason { return reason.text }
    guard !status.isFinal else { return "" }
    var words = step.map { ["\(PrintableText.text($0)) \(completed)/\(total)"] } ?? []
    if attempt > 1 { words.append("attempt \(attempt)") }
    return words.joined(separator: ", ")
  }

  /// `3 running 40% users 2/5`.
  public var line: String {
    "\(id) \(status.rawValue) \(percent)%" + (remark.isEmpty ? "" : " " + remark)
  }

  /// All there is to say, a line each. Fit to be printed.
  public var facts: [String] {
    let facts = [
      ("job", "\(id)"), ("status", status.rawValue), ("progress", "\(percent)%"),
      (reason == nil ? "step" : "error", remark),
      ("created", createdAt), ("started", startedAt), ("updated", updatedAt), ("finished", finishedAt),
    ]
    return facts.compactMap { name, value in
      guard let value, !value.isEmpty else { return nil }
      return name + String(repeating: " ", count: 10 - name.count) + PrintableText.text(value)
    }
  }
}
