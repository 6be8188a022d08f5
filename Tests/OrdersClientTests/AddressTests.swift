import OrdersClient
import Testing

@Suite("An address")
struct AddressTests {
  private func address(_ argument: String?, _ environment: [String: String] = [:]) throws -> ServiceAddress {
    try ServiceAddress(argument: argument, environment: environment)
  }

  @Test("is the argument's, else the environment's, else this machine's")
  func precedence() throws {
    let environment = ["ORDERS_URL": "https://shop.example/service/"]
    #expect(try address(nil).description == "http://127.0.0.1:8080")
    #expect(try address(nil, ["ORDERS_URL": ""]).description == "http://127.0.0.1:8080")
    #expect(try address(nil, environment).description == "https://shop.example/service")
    #expect(try address("http://[::1]:81//", environment).description == "http://[::1]:81")
  }

  @Test(
    "that can't be one is refused",
    arguments: [
      "", "shop.example", "127.0.0.1:8080", "ftp://shop.example", "http://", "http://x/?a=b", "http://x/#a",
      "http://a b",
    ])
  func refused(_ text: String) {
    #expect(throws: ServiceAddress.Fault.self) { try address(text) }
  }

  @Test("has a login of the environment, or of itself, and never shows it")
  func logins() throws {
    let inside = try address(nil, ["ORDERS_URL": "http://ann:s%3Acret@x"])
    #expect(inside.description == "http://x")
    #expect(inside.authorization == "Basic YW5uOnM6Y3JldA==")
    let beside = try address("http://ann@x", ["ORDERS_USER": "bert", "ORDERS_PASSWORD": "pass"])
    #expect(beside.authorization == "Basic YmVydDpwYXNz")
    #expect(try address("http://ann@x", ["ORDERS_PASSWORD": "pass"]).authorization == "Basic YW5uOnBhc3M=")
    #expect(try address("http://x", ["ORDERS_TOKEN": "t", "ORDERS_USER": "bert"]).authorization == "Bearer t")
    #expect(try address("http://x").authorization == nil)
  }

  @Test(
    "that is none because of its password doesn't show it",
    arguments: ["https://ann:s#cret@x", "https://ann:s/cret@x", "https://ann:s?cret@x"])
  func secrecy(_ text: String) throws {
    let fault = #expect(throws: ServiceAddress.Fault.self) { try address(nil, ["ORDERS_URL": text]) }
    #expect(fault?.description.contains("cret") == false && fault?.description.contains("%23") == true)
  }

  @Test("takes no password that everybody can read, and no login that would be another field")
  func badLogins() {
    #expect(throws: ServiceAddress.Fault.self) { try address("http://ann:secret@x") }
    #expect(throws: ServiceAddress.Fault.self) { try address("http://x", ["ORDERS_TOKEN": "t\r\nX-User: ann"]) }
    #expect(throws: ServiceAddress.Fault.self) { try address("http://x", ["ORDERS_USER": "a:b"]) }
  }
}
