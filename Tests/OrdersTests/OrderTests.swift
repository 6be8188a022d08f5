import Jobs
import Kinds
import StrictJSON
import Testing

@testable import Orders

@Suite("An order")
struct OrderTests {
  static func input(of text: String) throws -> String {
    String(decoding: try Kind.orders.input(of: JSONReader.read(Array(text.utf8))), as: UTF8.self)
  }

  /// Pointer and sentence of each.
  static func faults(of text: String) -> [String] {
    do {
      _ = try input(of: text)
      return []
    } catch let error as InvalidBody {
      return error.violations.map { "\($0.pointer) \($0.detail)" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test(
    "has one spelling",
    arguments: [
      (#"{"products":["y","z"],"amount":250}"#, #""products":["y","z"],"amount":250"#),
      (#" { "amount" : 2.50e0 , "products" : [ "\u0079" ] } "#, #""products":["y"],"amount":2.50e0"#),
      (#"{"products":["a\/\"\\\n\ud83d\ude00"],"amount":0}"#, #""products":["a/\"\\\n😀"],"amount":0"#),
    ])
  func members(text: String, expected: String) throws {
    #expect(try Self.input(of: text) == expected)
  }

  @Test("is another where a text differs, though the value doesn't")
  func equality() throws {
    let one = Array(try Self.input(of: #"{"products":["é"],"amount":1.0}"#).utf8)
    #expect(try one == Array(Self.input(of: #"{"amount":1.0,"products":["\u00e9"]}"#).utf8))
    #expect(try one != Array(Self.input(of: #"{"products":["é"],"amount":1.00}"#).utf8))
    #expect(try one != Array(Self.input(of: #"{"products":["e\u0301"],"amount":1.0}"#).utf8))
  }

  @Test("that an earlier version stored is worked on, however many digits it has", arguments: ["1e-999999999", "0e99"])
  func stored(amount: String) async throws {
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { _ in }
    let stored = #""products":["a"],"amount":\#(amount)"#
    let result = try await Kind.orders.asWork.workload.run(Array(stored.utf8), in: context)
    #expect(String(decoding: result, as: UTF8.self) == #"{"id":1,\#(stored)}"#)
  }

  @Test("is a kind whose own limits stay when its work gets a pace, and another kind of that name is none")
  func paced() throws {
    var kind = Kind.orders
    kind.limits.jobsInAll = 3
    let paced = kind.calling(pace: .seconds(1))
    #expect(paced.isOrders && paced.limits.jobsInAll == 3)
    #expect((paced.work as? OrderWork)?.pace == .seconds(1))
    #expect(!Kind("order", path: "orders", input: #"{"type":"object"}"#, work: Echo()).isOrders)
  }

  @Test(
    "is refused with every fault, as a pointer and a sentence",
    arguments: [
      ("{}", ["/products This member is missing.", "/amount This member is missing."]),
      ("[]", [" The body must be a JSON object."]), ("7", [" The body must be a JSON object."]),
      ("null", [" The body must be a JSON object."]), (#""products""#, [" The body must be a JSON object."]),
      (#"{"products":[],"amount":1}"#, ["/products There must be at least one item."]),
      (#"{"products":"a","amount":1}"#, ["/products This must be an array of strings."]),
      (
        #"{"products":null,"amount":null}"#,
        ["/products This must be an array of strings.", "/amount This must be a number."]
      ),
      (
        #"{"products":["",1,"a",null,["a"]],"amount":"1"}"#,
        [
          "/products/0 This must not be empty.", "/products/1 This must be a string.",
          "/products/3 This must be a string.", "/products/4 This must be a string.", "/amount This must be a number.",
        ]
      ),
      (#"{"products":["a"],"amount":-1}"#, ["/amount This must not be negative."]),
      (#"{"products":["a"],"amount":true}"#, ["/amount This must be a number."]),
      (#"{"products":["a"]}"#, ["/amount This member is missing."]),
      (#"{"products":["a"],"amount":1e400}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1e999999999}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1000000000000000.000000001}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1,"id":7}"#, ["/id This member is not known here."]),
      (
        #"{"products":["a"],"amount":1,"a/b":0,"c~d":0}"#,
        ["/a~1b This member is not known here.", "/c~0d This member is not known here."]
      ),
      (
        #"{"Products":["a"],"amount":1}"#,
        ["/Products This member is not known here.", "/products This member is missing."]
      ),
    ])
  func invalid(text: String, expected: [String]) {
    #expect(Self.faults(of: text) == expected)
  }

  @Test("has 1 to 1000 products; of more, none is looked at", arguments: [1000, 1001, 50_000])
  func productCount(count: Int) {
    let products = Array(repeating: #""p""#, count: 1000) + Array(repeating: "null", count: count - 1000)
    let text = #"{"products":[\#(products.joined(separator: ","))],"amount":1}"#
    #expect(Self.faults(of: text) == (count == 1000 ? [] : ["/products There must be at most 1000 items."]))
  }

  @Test("has products of at most 200 Unicode scalars, whatever their bytes", arguments: ["a", "é", "😀", "\\u0000"])
  func productLength(character: String) {
    func text(_ count: Int) -> String {
      #"{"products":["\#(String(repeating: character, count: count))"],"amount":1}"#
    }
    #expect(Self.faults(of: text(200)) == [])
    #expect(Self.faults(of: text(201)) == ["/products/0 This must have at most 200 characters."])
  }
}

private struct Echo: Workload {
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] { input }
}
