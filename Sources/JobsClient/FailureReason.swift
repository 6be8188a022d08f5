import StrictJSON

/// Why a job failed: the member `error` of its status document, and of the problem that is the answer where its result is asked for.
struct FailureReason {
  private let code: String
  private let detail: String
  /// The value of the input that is the reason, as a JSON pointer, where the work named one.
  private let pointer: String?

  init(_ error: JSON) {
    code = error["code"]?.string ?? "failed"
    detail = error["detail"]?.string ?? "The reason is not known."
    pointer = error["pointer"]?.string
  }

  /// `unknown-product at /products/0: There is no product tea.`
  var text: String {
    PrintableText.text("\(code)\(pointer.map { $0.isEmpty ? "" : " at \($0)" } ?? ""): \(detail)")
  }
}
