import FastCGI
import HTTPTypes
import Jobs
import Testing

@testable import JobsHTTP

@Suite("Clients, as limits count them")
struct ClientTests {
  private func client(_ address: String?, user: JobOwner = "", behind proxies: [String] = []) throws -> Client? {
    let parameters = Parameters(address.map { [(name: "REMOTE_ADDR", value: $0)] } ?? [])
    let request = Request(method: .get, target: "/orders", parameters: parameters)
    return Client(of: request, owner: user, frontProxies: try #require(FrontProxies(proxies)))
  }

  @Test("a user is one client from anywhere, also from this machine and behind a front proxy")
  func users() throws {
    for address in ["203.0.113.7", "2001:db8::1", "127.0.0.1", "::1", "unix:", "10.0.0.1", nil] {
      #expect(try client(address, user: "ann", behind: ["10.0.0.1"]) == .user("ann"))
    }
    #expect(try client(nil, user: "é") != client(nil, user: "e\u{301}"))
  }

  @Test("without a user an IPv4 address is one client, and so is the /64 of an IPv6 address")
  func addresses() throws {
    #expect(try client("203.0.113.7") == .address([203, 0, 113, 7]))
    #expect(try client("203.0.113.7") != client("203.0.113.8"))
    #expect(try client("::ffff:203.0.113.7") == client("203.0.113.7"))
    #expect(try client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff::9"))
    #expect(try client("2001:db8:1:2::1") != client("2001:db8:1:3::1"))
    #expect(try client("::2") != nil)
  }

  @Test(
    "loopback, a Unix socket and front proxies are no client",
    arguments: [
      "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "unix:", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1",
      "2001:db8:0::1",
    ])
  func exempt(_ address: String) throws {
    #expect(try client(address, behind: ["10.0.0.1", "2001:DB8::1"]) == nil)
  }

  @Test("a front proxy is one address, not those beside it", arguments: ["10.0.0.2", "2001:db8::2"])
  func proxies(_ address: String) throws {
    #expect(try client(address, behind: ["10.0.0.1", "2001:db8::1"]) != nil)
  }

  @Test(
    "all whose address can't be read are one client together",
    arguments: ["", "nonsense", "127.1", "[::1]", "fe80::1%eth0", "127.0.0.1:80", "unix", nil])
  func unreadable(_ address: String?) throws {
    #expect(try client(address) == .unknown)
  }

  @Test("what is no address is no front proxy", arguments: ["", "proxy.example", "10.0.0.0/8", "10.0.0.1:80", "[::1]"])
  func validation(_ text: String) {
    #expect(FrontProxies(["10.0.0.1", text]) == nil)
  }

  @Test("the bytes to hash differ between any two clients")
  func bytes() throws {
    let clients: [Client] = [
      .unknown, .user("unknown"), .user("a"), .user("address:a"), .address([97]), .address([1, 2, 3, 4]),
      .address([1, 2, 3, 4, 0, 0, 0, 0]),
    ]
    #expect(Set(clients.map(\.bytes)).count == clients.count)
  }
}
