import HTTPTypes
import Jobs
import JobsHTTP
import StrictJSON

/// What answers told that later requests of the same input need: `{id}`, `{tag}`, `{next}` and `{event}` in a target or a
/// value stand for it.
struct Recall {
  /// Of the newest order that was accepted.
  var id = JobID(rawValue: 1)
  private var tag = "\"none-1\""
  private var next = "/orders?after=a0000000000000001"
  private var event = "none-1"

  mutating func take(_ answer: Answer) {
    if let tag = answer.fields[.eTag] { self.tag = tag }
    if case .string(let next)? = answer.document?["next"] { self.next = next }
    if answer.isStream {
      let lines = String(decoding: answer.bytes ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
      if let line = lines.last(where: { $0.hasPrefix("id:") }) {
        event = String(line.dropFirst(3).drop { $0 == " " })
      }
    }
  }

  func completed(_ request: ScriptedRequest) -> ScriptedRequest {
    var request = request
    request.target = completed(request.target)
    for index in request.parameters.indices {
      request.parameters[index].value = completed(request.parameters[index].value)
    }
    return request
  }

  /// Only where there is something to replace: most values have no brace.
  private func completed(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "{")) else { return text }
    var result: [UInt8] = []
    var rest = text[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "{"),
        let (name, value) = values.first(where: { rest.starts(with: $0.name.utf8) })
      {
        result += value.utf8
        rest = rest.dropFirst(name.utf8.count)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private var values: [(name: String, value: String)] {
    [("{id}", "\(id)"), ("{tag}", tag), ("{next}", next), ("{event}", event)]
  }
}
