/// What one input says: requests, and what happens to the orders between them. Lines, so that a mutation of one leaves
/// the others what they are. README.md has an example.
struct Script {
  enum Step {
    case request(ScriptedRequest)
    case deed(Deed)
  }

  /// An input that begins like a FastCGI record is sent as it is.
  let records: [UInt8]?
  let steps: [Step]

  private static let mostSteps = 12

  init(_ input: [UInt8]) {
    guard input.first != 1 else {
      (records, steps) = (input, [])
      return
    }
    records = nil
    let input = Repetition.expanded(input)
    var steps: [Step] = []
    var section: [ArraySlice<UInt8>] = []
    for line in input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) + ["%%".utf8Slice] {
      guard line.elementsEqual("%%".utf8) else {
        section.append(line)
        continue
      }
      if steps.count < Self.mostSteps, let step = Step(section) { steps.append(step) }
      section = []
    }
    self.steps = steps
  }
}

extension Script.Step {
  fileprivate init?(_ lines: [ArraySlice<UInt8>]) {
    guard let first = lines.first else { return nil }
    if lines.count == 1, let deed = Deed(rawValue: String(decoding: first, as: UTF8.self)) {
      self = .deed(deed)
    } else {
      self = .request(ScriptedRequest(first, lines.dropFirst()))
    }
  }
}

/// A request as a client writes it, and what the web server adds.
struct ScriptedRequest {
  var method: [UInt8]
  var target: [UInt8]
  /// CGI parameters but for method, target and user.
  var parameters: [(name: [UInt8], value: [UInt8])] = []
  var user: [UInt8] = []
  var body: [UInt8]?
  /// What happens while the request is held, where it is held at all.
  var meanwhile: Deed?
  /// About as much as nginx sends of a request beside its body.
  static let longestHead = 64 << 10

  /// Where its records are cut.
  var cut = RecordCut()

  /// `METHOD TARGET`, then `Name: value` for header fields and `NAME=value` for parameters; after an empty line the body.
  init(_ first: ArraySlice<UInt8>, _ lines: ArraySlice<ArraySlice<UInt8>>) {
    let space = first.firstIndex(of: UInt8(ascii: " ")) ?? first.endIndex
    method = Array(first[..<space])
    target = Array(first[space...].dropFirst())
    let head = lines.prefix { !$0.isEmpty }
    for line in head { take(line) }
    if head.endIndex < lines.endIndex {
      body = Array(lines[head.endIndex...].dropFirst().joined(separator: "\n".utf8))
    }
    if !parameters.contains(where: { $0.name.elementsEqual("CONTENT_LENGTH".utf8) }), let body {
      parameters.append((Array("CONTENT_LENGTH".utf8), Array(String(body.count).utf8)))
    }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    guard let mark = line.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else { return }
    let name = line[..<mark]
    let value = line[mark...].dropFirst()
    guard line[mark] == UInt8(ascii: "=") else {
      let field = name.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : Self.uppercased($0) }
      let isContent = field.elementsEqual("CONTENT_TYPE".utf8) || field.elementsEqual("CONTENT_LENGTH".utf8)
      parameters.append(((isContent ? [] : Array("HTTP_".utf8)) + field, Array(value.drop { $0 == 0x20 })))
      return
    }
    switch String(decoding: name, as: UTF8.self) {
    case "REMOTE_USER": user = Array(value)
    case "MEANWHILE": meanwhile = Deed(rawValue: String(decoding: value, as: UTF8.self))
    case "RECORDS": cut = RecordCut(String(decoding: value, as: UTF8.self))
    default: parameters.append((Array(name), Array(value)))
    }
  }

  private static func uppercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte & 0xDF : byte
  }

  subscript(parameter: String) -> [UInt8]? {
    get { parameters.first { $0.name.elementsEqual(parameter.utf8) }?.value }
    set {
      parameters.removeAll { $0.name.elementsEqual(parameter.utf8) }
      if let newValue { parameters.append((Array(parameter.utf8), newValue)) }
    }
  }

  /// Whether a web server would pass it on.
  var isPassedOn: Bool {
    let line = method.count + target.count + user.count
    return parameters.reduce(line) { $0 + $1.name.count + $1.value.count } <= Self.longestHead
  }

  var text: String {
    let head = [method, [0x20], target].joined() + parameters.flatMap { [0x0A] + $0.name + [0x3D] + $0.value }
    return "→ " + String(decoding: head.prefix(4000), as: UTF8.self)
      + (body.map { "\n\n" + String(decoding: $0.prefix(1000), as: UTF8.self) } ?? "")
  }
}

extension String {
  fileprivate var utf8Slice: ArraySlice<UInt8> { Array(utf8)[...] }
}
