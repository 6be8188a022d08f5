import Kinds
import StrictJSON
import Testing

@testable import Orders


@Suite("An order")
struct OrderTests {
  private func order(_ text: String) throws -> Order {
    try Order(JSONReader.read(Array(text.utf8)))
  }

  private func violations(_ text: String) throws -> [String] {
    let body = try JSONReader.read(Array(text.utf8))
    do {
      _ = try Order(body)
      return []
    } catch {
      return error.violations.map(\.pointer.description)
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
    let order = try order(text)
    #expect(String(decoding: order.members, as: UTF8.self) == expected)
    #expect(try Order(members: order.members) == order)
  }

  @Test("is another where a text differs, though the value doesn't")
  func equality() throws {
    let one = try order(#"{"products":["é"],"amount":1.0}"#)
    #expect(try one == order(#"{"amount":1.0,"products":["\u00e9"]}"#))
    #expect(try one != order(#"{"products":["é"],"amount":1.00}"#))
    #expect(try one != order(#"{"products":["e\u0301"],"amount":1.0}"#))
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
    #expect(try violations(text) == pointers)
  }

  @Test("has 1 to 1000 products")
  func productCount() throws {
    func text(_ count: Int) -> String {
      let products = Array(repeating: #""p""#, count: count).joined(separator: ",")
      return #"{"products":[\#(products)],"amount":1}"#
    }
    #expect(try order(text(1000)).products.count == 1000)
    #expect(try violations(text(1001)) == ["/products"])
    #expect(try violations(text(50_000)) == ["/products"])
  }

  @Test("has products of at most 200 Unicode scalars, whatever their bytes", arguments: ["a", "é", "😀", "\\u0000"])
  func productLength(character: String) throws {
    func text(_ count: Int) -> String {
      #"{"products":["\#(String(repeating: character, count: count))"],"amount":1}"#
    }
    #expect(try violations(text(200)) == [])
    #expect(try violations(text(201)) == ["/products/0"])
  }
}
