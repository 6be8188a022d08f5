import Jobs
import Kinds
import StrictJSON

/// What is checked of kinds when a service starts, so that a slip of whoever wrote them is one line then, and no trap or
/// job that waits for ever later.
extension Kind {
  /// The kinds as they are served. Throws the first fault, with the kind's name.
  static func checked(_ kinds: [Kind]) throws(CompositionError) -> [ServedKind] {
    guard !kinds.isEmpty else { throw CompositionError("there is no kind of work to serve") }
    var served: [ServedKind] = []
    for (index, kind) in kinds.enumerated() {
      try kind.checkWords(beside: kinds[..<index])
      try kind.checkSchema()
      try kind.checkExample()
      var fileTypes: [String: [MediaType]] = [:]
      for file in kind.form.files {
        guard file.name.utf8.allSatisfy(\.isUnreserved), !file.name.isEmpty, fileTypes[file.name] == nil else {
          throw kind.fault(
            "its result has a file \"\(file.name)\": names are different, and of A-Z, a-z, 0-9, -, ., _ and ~")
        }
        fileTypes[file.name] = try kind.mediaTypes(file.types)
      }
      let types = if case .file(let file) = kind.form { file.types } else { [kind.resultType] }
      served.append(ServedKind(kind, resultTypes: try kind.mediaTypes(types), fileTypes: fileTypes))
    }
    return served
  }

  private func mediaTypes(_ texts: [String]) throws(CompositionError) -> [MediaType] {
    guard !texts.isEmpty else { throw fault("a file of its result has no media type") }
    return try texts.map { text throws(CompositionError) in
      guard let type = MediaType(text) else { throw fault("its result type \"\(text)\" is no media type") }
      return type
    }
  }

  private func fault(_ detail: String) -> CompositionError {
    CompositionError("kind \"\(name)\": \(detail)")
  }

  private func checkWords(beside others: ArraySlice<Kind>) throws(CompositionError) {
    guard !path.isEmpty, path.utf8.allSatisfy(\.isUnreserved), path != ".", path != ".." else {
      throw fault("its path has to be one segment of ASCII letters, digits, -, ., _ and ~")
    }
    guard !API.reservedPaths.contains(path) else { throw fault("its path belongs to the service itself") }
    guard !name.rawValue.isEmpty else { throw CompositionError("a kind of path \"\(path)\" has no name") }
    guard let first = noun.utf8.first, first != UInt8(ascii: "-"), noun.utf8.allSatisfy(Self.isOfNoun) else {
      throw fault("its noun \"\(noun)\" has to be made of a-z, 0-9 and -, as codes are")
    }
    guard !API.reservedNouns.contains(noun) else {
      throw fault("its noun \"\(noun)\" has another meaning in the description of the API")
    }
    for other in others {
      guard other.name != name else { throw fault("there are two of this name") }
      guard other.path != path else { throw fault("its path \"\(path)\" is that of \"\(other.name)\" too") }
      guard other.noun != noun else { throw fault("its noun \"\(noun)\" is that of \"\(other.name)\" too") }
    }
  }

  private static func isOfNoun(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      || byte == UInt8(ascii: "-")
  }

  private func checkSchema() throws(CompositionError) {
    do throws(SchemaError) {
      _ = try input.get()
    } catch {
      throw fault("its input: \(error)")
    }
    _ = try object(result, "its result's schema")
  }

  private func checkExample() throws(CompositionError) {
    guard let example else { return }
    let members = try object(example, "its example")
    do throws(InvalidBody) {
      _ = try input(of: .object(members))
    } catch {
      let reasons = error.violations.prefix(3).map { "\($0.pointer) \($0.detail)" }
      throw fault("its example is refused by its own check: \(reasons.joined(separator: " "))")
    }
  }

  private func object(_ text: String, _ what: String) throws(CompositionError) -> [JSON.Member] {
    let value: JSON
    do throws(MalformedJSON) {
      value = try JSONReader.read(Array(text.utf8))
    } catch {
      let reason = error.reason.description.dropLast()
      throw fault("\(what): no JSON from byte \(error.offset) on (\(reason))")
    }
    guard case .object(let members) = value else { throw fault("\(what): no JSON object") }
    return members
  }
}
