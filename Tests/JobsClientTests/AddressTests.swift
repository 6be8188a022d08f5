import JobsClient
import Testing

@Suite("An address")
struct AddressTests {
  private func address(
    _ argument: String?, _ environment: [String: String] = [:], insecure: Bool = false
  ) throws -> ServiceAddress {
    try ServiceAddress(argument: argument, environment: environment, allowsPlainHTTP: insecure)
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
    let inside = try address(nil, ["ORDERS_URL": "https://ann:s%3Acret@x"])
    #expect(inside.description == "https://x")
    #expect(inside.authorization == "Basic YW5uOnM6Y3JldA==")
    let beside = try address(nil, ["ORDERS_URL": "https://ann@x", "ORDERS_USER": "bert", "ORDERS_PASSWORD": "pass"])
    #expect(beside.authorization == "Basic YmVydDpwYXNz")
    let named = try address("https://ann@x", ["ORDERS_URL": "https://x", "ORDERS_PASSWORD": "pass"])
    #expect(named.authorization == "Basic YW5uOnBhc3M=")
    let token = ["ORDERS_URL": "https://x", "ORDERS_TOKEN": "t", "ORDERS_USER": "bert"]
    #expect(try address(nil, token).authorization == "Bearer t")
    #expect(try address("https://x").authorization == nil)
  }

  @Test(
    "of the origin that ORDERS_URL names gets its login, however it is spelled",
    arguments: [
      ("https://shop.example", "https://SHOP.example:443/other"),
      ("https://shop.example:444/a", "https://shop.example:444"),
      ("", "http://127.0.0.1:8080/x"), ("http://localhost", "http://localhost:80"),
    ])
  func sameOrigin(home: String, argument: String) throws {
    let named = try address(argument, ["ORDERS_URL": home, "ORDERS_TOKEN": "t"])
    #expect(named.authorization == "Bearer t" && named.loginIsFor == nil)
    let inside = home.replacing("://", with: "://ann:secret@")
    if !home.isEmpty { #expect(try address(argument, ["ORDERS_URL": inside]).user == "ann") }
  }

  @Test(
    "of another origin gets no login of the environment",
    arguments: [
      ("https://shop.example", "https://shop.example.evil.example"),
      ("https://shop.example", "https://shop.example:444"),
      ("https://localhost", "http://localhost:443"), ("http://127.0.0.1", "http://127.0.0.2"),
      ("", "https://shop.example"), ("", "http://127.0.0.1"), ("no address", "https://shop.example"),
    ])
  func otherOrigin(home: String, argument: String) throws {
    for login in [
      ["ORDERS_TOKEN": "t"], ["ORDERS_USER": "ann", "ORDERS_PASSWORD": "secret"], ["ORDERS_PASSWORD": "secret"],
    ] {
      let elsewhere = try address(argument, login.merging(["ORDERS_URL": home]) { $1 })
      #expect(elsewhere.authorization == nil && elsewhere.user == nil)
      #expect(elsewhere.loginIsFor?.isEmpty == false)
    }
    let inside = try address(argument, ["ORDERS_URL": "https://ann:secret@x"])
    #expect(inside.authorization == nil)
    // A name that the argument has itself is sent, without the environment's password.
    let named = argument.replacing("://", with: "://bert@")
    let words = ["ORDERS_URL": home, "ORDERS_PASSWORD": "secret"]
    #expect(try address(named, words).authorization == "Basic YmVydDo=")
  }

  @Test(
    "of another machine is for https, unless it is told otherwise",
    arguments: [
      "http://shop.example", "http://10.0.0.1:8080", "http://128.0.0.1", "http://0.0.0.0", "http://[::2]",
      "http://localhost.example", "http://127.0.0.1.example",
    ])
  func plain(_ text: String) throws {
    for environment in [[:], ["ORDERS_URL": text]] {
      let argument = environment.isEmpty ? text : nil
      let fault = #expect(throws: ServiceAddress.Fault.self) { try address(argument, environment) }
      #expect(fault?.description.contains("--insecure-http") == true)
      #expect(try address(argument, environment, insecure: true).isLoopback == false)
    }
    #expect(try address(text.replacing("http:", with: "https:")).isLoopback == false)
  }

  @Test(
    "of this machine may be plain",
    arguments: ["http://localhost", "http://LOCALHOST:81", "http://a.localhost", "http://127.1.2.3", "http://[::1]:80"])
  func loopback(_ text: String) throws {
    #expect(try address(text).isLoopback)
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
    #expect(throws: ServiceAddress.Fault.self) { try address("https://ann:secret@x") }
    for login in [["ORDERS_TOKEN": "t\r\nX-User: ann"], ["ORDERS_USER": "a:b"]] {
      #expect(throws: ServiceAddress.Fault.self) { try address(nil, login) }
    }
  }
}
