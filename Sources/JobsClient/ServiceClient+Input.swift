import HTTPClient
import StrictJSON

extension ServiceClient {
  /// What is sent. Properties without files go as JSON, which kinds without files want: of which type each is, the service
  /// says.
  func sent(_ input: SubmittedInput) async throws(ClientFailure) -> SubmittedInput {
    guard case .form(let files, let values, let text) = input, files.isEmpty else { return input }
    var members: [JSON.Member] = []
    if let text {
      guard case .object(let given)? = JSON(document: Array(text.utf8)) else {
        throw ClientFailure(.wrongUse, "--input beside --set is a JSON object, not \(PrintableText.text(text))")
      }
      members = given
    }
    let answer = try await send(request("GET", "/openapi.json"), accepting: [200])
    guard answer.json?["openapi"] != nil else { throw .foreign(answer, at: address) }
    guard let schema = InputSchema(of: kind, in: answer.json) else { throw .noKind(kind, at: address) }
    members += values.map { JSON.Member($0.name, schema.value(of: $0.name, $0.value)) }
    var writer = JSONWriter()
    writer.value(.object(members))
    return .json(String(decoding: writer.bytes, as: UTF8.self))
  }
}
