import Kinds
import StrictJSON
import Testing

@Suite("The schema of an order")
struct OrderSchemaTests {
  private func schema() throws -> InputSchema {
    try InputSchema(
      text: #"""
        {
          "type": "object", "required": ["products", "amount"],
          "properties": {
            "products": {
              "type": "array", "minItems": 1, "maxItems": 1000,
              "items": {"type": "string", "minLength": 1, "maxLength": 200}
            },
            "amount": {"type": "number", "minimum": 0, "maximum": 1000000000000000}
          }
        }
        """#)
  }

  @Test(
    "has one form of an order",
    arguments: [
      (#"{"products":["y","z"],"amount":250}"#, #""products":["y","z"],"amount":250"#),
      (#" { "amount" : 2.50e0 , "products" : [ "\u0079" ] } "#, #""products":["y"],"amount":2.50e0"#),
      (#"{"products":["a\/\"\\\n\ud83d\ude00"],"amount":0}"#, #""products":["a/\"\\\n😀"],"amount":0"#),
    ])
  func members(text: String, expected: String) throws {
    let (schema, body) = try (schema(), json(text))
    try schema.check(body)
    #expect(String(decoding: schema.canonicalMembers(body), as: UTF8.self) == expected)
    #expect(schema.fillingDefaults(body) == schema.canonical(body))
  }

  @Test(
    "names every fault with the sentences of orders",
    arguments: [
      ("{}", ["/products This member is missing.", "/amount This member is missing."]),
      ("7", [" The body must be a JSON object."]),
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
      (#"{"products":["a"],"amount":1e400}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1e999999999}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1000000000000000.000000001}"#, ["/amount This must be at most 10^15."]),
      (#"{"products":["a"],"amount":1,"id":7}"#, ["/id This member is not known here."]),
      (
        #"{"Products":["a"],"amount":1}"#,
        ["/Products This member is not known here.", "/products This member is missing."]
      ),
    ])
  func faults(text: String, expected: [String]) throws {
    #expect(try KindsTests.faults(of: text, under: schema()) == expected)
  }

  @Test("admits 1 to 1000 products, and looks no further", arguments: [1000, 1001, 50_000])
  func productCount(count: Int) throws {
    let products = Array(repeating: JSON.string("p"), count: 1000) + Array(repeating: .null, count: count - 1000)
    let body = JSON.object([.init("products", .array(products)), .init("amount", .number("1"))])
    let fault = InvalidBody.Violation(.root.appending("products"), "There must be at most 1000 items.")
    let schema = try schema()
    if count == 1000 {
      try schema.check(body)
    } else {
      #expect(throws: InvalidBody([fault])) { try schema.check(body) }
    }
  }

  @Test("admits 200 code points, whatever their bytes", arguments: ["a", "é", "😀", "\\u0000"])
  func productLength(character: String) throws {
    func body(_ count: Int) -> String {
      #"{"products":["\#(String(repeating: character, count: count))"],"amount":1}"#
    }
    #expect(try KindsTests.faults(of: body(200), under: schema()) == [])
    #expect(
      try KindsTests.faults(of: body(201), under: schema()) == ["/products/0 This must have at most 200 characters."])
  }
}
