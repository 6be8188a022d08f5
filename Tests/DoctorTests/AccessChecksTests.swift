import Testing

@testable import Doctor

@Suite("Who may reach the orders")
struct AccessChecksTests {
  private static let shipped = "listen 127.0.0.1:80;"

  private func codes(including names: [String] = [], _ changes: Shipped.Change...) throws -> [String] {
    var facts = Facts(paths: ["orders"])
    facts.nginx = try NginxConfiguration(Shipped.nginx(including: names, changes))
    return Examination.findings(of: facts).map(\.code)
  }

  @Test("is this machine alone, as it ships")
  func shipped() throws {
    let nginx = try NginxConfiguration(Shipped.nginx(including: ["internals"]))
    let reach = try #require(nginx.reach(of: ["orders"]))
    #expect(reach.addresses == ["127.0.0.1:80"])
    #expect(reach.isLocal)
  }

  @Test(
    "is this machine alone at every spelling of its own addresses",
    arguments: ["127.0.0.1;", "127.0.0.2:8080;", "[::1]:80;", "localhost:80;", "unix:/run/site.sock;"])
  func local(_ address: String) throws {
    #expect(try codes(.init(old: Self.shipped, new: "listen " + address)) == [])
  }

  @Test(
    "is everyone where it listens on other addresses and nobody logs in, one of several addresses too",
    arguments: [
      "listen 80;", "listen *:80;", "listen [::]:80;", "listen 443 ssl;", "listen 192.0.2.1:80;",
      "listen shop.example;", "", "listen 127.0.0.1:80; listen [::]:80;",
    ])
  func open(_ lines: String) throws {
    let change = Shipped.Change(old: Self.shipped, new: lines)
    #expect(try codes(change) == ["open-without-login"])
    #expect(try codes(including: ["rate-limit"], change) == ["open-without-login"])
    #expect(try codes(including: ["authentication"], change) == [])
    #expect(try codes(including: ["authentication-request"], change) == [])
    #expect(try NginxConfiguration(Shipped.nginx([change])).reach(of: ["orders"])?.isLocal == false)
  }

  @Test(
    "is nobody unknown where a server asks for certificates, or lets in the addresses that it names",
    arguments: [
      ("ssl_verify_client on;", true), ("allow 192.0.2.0/24; deny all;", true), ("ssl_verify_client optional;", false),
      ("allow all; deny all;", false), ("deny 192.0.2.7;", false), ("auth_basic off;", false),
    ])
  func closed(_ line: String, _ isClosed: Bool) throws {
    let found = try codes(.init(old: Self.shipped, new: "listen 80; " + line))
    #expect(found == (isClosed ? [] : ["open-without-login"]))
  }
}
