import HTTPClient

/// What a submission sends.
public enum SubmittedInput: Hashable, Sendable {
  /// The input of the kind `order`.
  case products(JobInput)
  /// The input of any kind, as JSON.
  case json(String)
  /// Of any kind: files by the names that it declares, properties of the input by theirs, and the rest of the input as JSON.
  case form(files: [Named], values: [Named], input: String?)

  /// A value, or the path of a file, under a name.
  public struct Named: Hashable, Sendable {
    public let name: String
    public let value: String

    /// From `NAME=VALUE`; `nil` where that is something else.
    public init?(_ text: String) {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
      name = String(text[..<equals])
      value = String(text[text.index(after: equals)...])
    }
  }

  func write(to request: inout Request) {
    switch self {
    case .products(let input): Self.write(input.body, to: &request)
    case .json(let text): Self.write(Array(text.utf8), to: &request)
    case .form(let files, let values, let input):
      var parts = input.map { [FormPart("input", .text($0), type: "application/json")] } ?? []
      parts += values.map { FormPart($0.name, .text($0.value)) }
      parts += files.map { FormPart($0.name, .file(path: $0.value)) }
      request.form = parts
    }
  }

  private static func write(_ json: [UInt8], to request: inout Request) {
    request.fields.append(("Content-Type", "application/json"))
    request.body = json
  }
}
