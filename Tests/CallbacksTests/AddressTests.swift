import Testing

@testable import Callbacks

@Suite("Which addresses are called")
struct AddressTests {
  @Test(
    "the special ones are not",
    arguments: [
      "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
      "127.255.255.255", "169.254.0.1", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255",
      "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7",
      "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255",
      "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1",
      "64:ff9b::10.0.0.1", "64:ff9b:1::808:808", "100::1", "1fff::1", "2001::1", "2001:2::1", "2001:10::1",
      "2001:db8::1",
      "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fdff::1",
      "fe80::1",
      "fec0::1", "ff02::1", "ffff::1",
    ])
  func special(text: String) throws {
    #expect(!AddressRules().allows(try #require(IPAddress(text))))
  }

  @Test(
    "those of the public internet are, up to their neighbours",
    arguments: [
      "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
      "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.88.98.0",
      "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.1",
      "203.0.114.0", "223.255.255.255", "8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2000::1", "2001:200::1",
      "2001:db7:ffff::1", "2001:db9::1", "2003::1", "2606:2800::1", "3ffe:ffff::1", "3fff:1000::1",
    ])
  func general(text: String) throws {
    #expect(AddressRules().allows(try #require(IPAddress(text))))
  }

  @Test("an allowed range is, and nothing beside it")
  func allowed() throws {
    let rules = AddressRules(
      allowing: try ["127.0.0.0/8", "10.1.2.3", "fd00::/8", "64:ff9b::a00:0/104"].map { try #require(AddressRange($0)) }
    )
    for text in ["127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "fd12::1", "64:ff9b::10.9.9.9", "8.8.8.8"] {
      #expect(rules.allows(try #require(IPAddress(text))), "\(text)")
    }
    // Through the gateway too: the operator allowed where it leads to.
    #expect(rules.allows(try #require(IPAddress("64:ff9b::127.0.0.1"))))
    for text in ["10.1.2.4", "::1", "fc00::1", "64:ff9b::11.0.0.1", "192.168.0.1"] {
      #expect(rules.allows(try #require(IPAddress(text))) == (text == "64:ff9b::11.0.0.1"), "\(text)")
    }
  }

  @Test(
    "a range is read strictly",
    arguments: [
      "", "/", "10", "10.0.0/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.1/8",
      "::/129", "[::1]", "fe80::1%eth0", "2001:db8::1/32", "localhost", "010.0.0.1", "10.0.0.0/8 ",
    ])
  func ranges(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test("an address is the same in all its spellings")
  func spellings() {
    #expect(IPAddress("::ffff:127.0.0.1") == IPAddress("127.0.0.1"))
    #expect(IPAddress("0:0:0:0:0:0:0:1") == IPAddress("::1"))
    #expect(IPAddress("2001:DB8::0001")?.description == "2001:db8::1")
    #expect(IPAddress("::ffff:127.0.0.1")?.description == "127.0.0.1")
    #expect(IPAddress("127.1") == nil && IPAddress("0x7f000001") == nil && IPAddress("") == nil)
    for text in ["127.0.0.1", "127.9.9.9", "::1"] { #expect(IPAddress(text)?.isLoopback == true, "\(text)") }
    for text in ["126.0.0.1", "128.0.0.1", "::", "::2"] { #expect(IPAddress(text)?.isLoopback == false, "\(text)") }
  }
}
