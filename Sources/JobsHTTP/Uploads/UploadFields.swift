import Kinds
import StrictJSON

/// What an upload has beside its files: the input as JSON under the name `input`, or each of its properties by itself.
struct UploadFields {
  private var values: [(name: String, value: [UInt8])] = []
  private var size = 0

  /// Room for `count` more bytes. Throws where all of them together would be more than a body may have.
  mutating func reserve(_ count: Int, limit: Int?) throws(Problem) {
    size += count
    if let limit, size > limit { throw Problem.bodyTooLarge(limit: limit) }
  }

  mutating func add(_ name: String, _ value: [UInt8]) {
    values.append((name, value))
  }

  /// The members of the body, and what is wrong with those that are none. Throws where `input` is no JSON.
  func body(of kind: Kind) throws(Problem) -> (body: JSON, faults: InvalidBody) {
    var members: [JSON.Member] = []
    var faults = InvalidBody()
    let inputs = values.filter { $0.name == "input" }
    if let input = inputs.first {
      guard inputs.count == 1 else { throw Problem.invalidBody(Self.twice("input"), noun: kind.noun) }
      do {
        switch try JSONReader.read(input.value) {
        case .object(let object): members = object
        default: faults.add(JSONPointer.root.appending("input"), "The input must be a JSON object.")
        }
      } catch {
        throw Problem.malformedJSON(error)
      }
    }
    var names = Set(members.map(\.name))
    for (name, value) in values where name != "input" {
      guard names.insert(name).inserted else {
        faults.add(Self.twice(name))
        continue
      }
      guard let text = String(validating: value, as: UTF8.self) else {
        faults.add(JSONPointer.root.appending(name), "This is not UTF-8.")
        continue
      }
      do throws(InvalidBody) {
        let value = name == "callback" ? JSON.string(text) : try kind.value(of: text, for: name)
        if let value { members.append(JSON.Member(name, value)) }
      } catch {
        faults.add(error)
      }
    }
    return (.object(members), faults)
  }

  private static func twice(_ name: String) -> InvalidBody {
    InvalidBody([.init(JSONPointer.root.appending(name), "This member is there more than once.")])
  }
}
