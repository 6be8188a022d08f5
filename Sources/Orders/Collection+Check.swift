import Jobs
import StrictJSON

/// What is checked of collections when a service starts, so that a slip of whoever wrote them is one line then, and no
/// trap or order that waits for ever later.
extension Collection {
  /// Their results' media types; throws the first fault, with the collection's path. `kinds` are those that are worked on.
  static func check(
    _ collections: [Collection], workedOn kinds: Set<JobKind>
  ) throws(CompositionError) -> [MediaType] {
    var types: [MediaType] = []
    for (index, collection) in collections.enumerated() {
      try collection.checkWords(beside: collections[..<index])
      try collection.checkSchema()
      try collection.checkExample()
      guard kinds.contains(collection.kind) else {
        throw collection.fault("no workload has its kind \"\(collection.kind)\": nobody would work on what it accepts")
      }
      guard let type = MediaType(collection.resultType) else {
        throw collection.fault("its result type \"\(collection.resultType)\" is no media type")
      }
      types.append(type)
    }
    for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) where !collections.contains(where: { $0.kind == kind })
    {
      throw CompositionError("no collection has the kind \"\(kind)\" of a workload: nobody could ask for its work")
    }
    return types
  }

  private func fault(_ detail: String) -> CompositionError {
    CompositionError("collection \"\(path)\": \(detail)")
  }

  private static let servicePaths = Set(RouteTable(collections: []).routes.map { $0.template.dropFirst() })

  private func checkWords(beside others: ArraySlice<Collection>) throws(CompositionError) {
    guard !path.isEmpty, path.utf8.allSatisfy(\.isUnreserved), path != ".", path != ".." else {
      throw fault("its path has to be one segment of ASCII letters, digits, -, ., _ and ~")
    }
    guard !Self.servicePaths.contains(path[...]) else { throw fault("its path belongs to the service itself") }
    guard !kind.rawValue.isEmpty else { throw fault("its kind is empty") }
    guard let first = noun.utf8.first, first != UInt8(ascii: "-"), noun.utf8.allSatisfy(Self.isOfNoun) else {
      throw fault("its noun \"\(noun)\" has to be made of a-z, 0-9 and -, as codes are")
    }
    for other in others {
      guard other.path != path else { throw fault("there are two of this path") }
      guard other.kind != kind else { throw fault("its kind \"\(kind)\" is that of \"\(other.path)\" too") }
      guard other.noun != noun else { throw fault("its noun \"\(noun)\" is that of \"\(other.path)\" too") }
    }
  }

  private static func isOfNoun(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      || byte == UInt8(ascii: "-")
  }

  private func checkSchema() throws(CompositionError) {
    guard let schema else { return }
    let properties = try object(schema.properties, "its schema's properties")
    _ = try object(schema.result, "its schema's result")
    for name in schema.required where !properties.contains(where: { $0.name == name }) {
      throw fault("its schema requires \"\(name)\", which is none of its properties")
    }
  }

  private func checkExample() throws(CompositionError) {
    guard let example else { return }
    let members = try object(example, "its example")
    do throws(InvalidBody) {
      _ = try input(.object(members))
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
