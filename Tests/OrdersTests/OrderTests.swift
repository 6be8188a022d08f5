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

  private func violations(_ text: String) -> [String] {
    Self.faults(of: text).map { String($0.prefix { $0 != " " }) }
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

  @Test(
    "names every violation at once",
    arguments: [
      (#"{}"#, ["/products", "/amount"]), (#"[]"#, [""]), (#"7"#, [""]), (#"null"#, [""]), (#""products""#, [""]),
      (#"{"products":[],"amount":1}"#, ["/products"]), (#"{"products":"a","amount":1}"#, ["/products"]),
      (#"{"products":null,"amount":null}"#, ["/products", "/amount"]),
      (
        #"{"products":["",1,"a",null,["a"]],"amount":"1"}"#,
        ["/products/0", "/products/1", "/products/3", "/products/4", "/amount"]
      ),
      (#"{"products":["a"],"amount":-1}"#, ["/amount"]), (#"{"products":["a"],"amount":1e400}"#, ["/amount"]),
      (#"{"products":["a"],"amount":true}"#, ["/amount"]), (#"{"products":["a"]}"#, ["/amount"]),
      (#"{"products":["a"],"amount":1,"id":7}"#, ["/id"]),
      (#"{"products":["a"],"amount":1,"a/b":0,"c~d":0}"#, ["/a~1b", "/c~0d"]),
      (#"{"Products":["a"],"amount":1}"#, ["/Products", "/products"]),
    ])
  func invalid(text: String, pointers: [String]) throws {
    #expect(Set(violations(text)) == Set(pointers))
  }

  @Test("has 1 to 1000 products")
  func productCount() throws {
    func text(_ count: Int) -> String {
      let products = Array(repeating: #""p""#, count: count).joined(separator: ",")
      return #"{"products":[\#(products)],"amount":1}"#
    }
    #expect(violations(text(1000)) == [])
    #expect(violations(text(1001)) == ["/products"])
    #expect(violations(text(50_000)) == ["/products"])
  }

  @Test("has products of at most 200 Unicode scalars, whatever their bytes", arguments: ["a", "é", "😀", "\\u0000"])
  func productLength(character: String) throws {
    func text(_ count: Int) -> String {
      #"{"products":["\#(String(repeating: character, count: count))"],"amount":1}"#
    }
    #expect(violations(text(200)) == [])
    #expect(violations(text(201)) == ["/products/0"])
  }
}
