import StrictJSON
import Testing

@testable import JobsHTTP

@Suite("The URL of a callback")
struct CallbackURLTests {
  private let rules = CallbackRules { ["127.0.0.1", "::1", "192.0.2.7"].contains($0) }

  private func refusal(of text: String) -> String? {
    do throws(CallbackURL.Refusal) {
      #expect(try CallbackURL(.string(text), under: rules).text == text)
      return nil
    } catch {
      return error.detail
    }
  }

  @Test(
    "is accepted as it is",
    arguments: [
      "https://a", "https://a.example", "HTTPS://A.example:443/x?y=z&a[]=%20", "https://a_b.example/hook",
      "https://xn--bcher-kva.example/?", "https://127.0.0.1:1/", "https://[::1]:65535", "http://localhost:80/",
      "http://LOCALHOST", "https://localhost:1/", "http://a.localhost:1/", "https://A.B.LocalHost", "http://127.0.0.1",
      "http://[::1]/", "https://192.0.2.7/a:b@c", "https://1.example/",
      "https://a.example/" + String(repeating: "x", count: 2030),
    ])
  func accepted(text: String) {
    #expect(refusal(of: text) == nil)
  }

  @Test(
    "is refused, and the reason is told",
    arguments: [
      ("", "https URL"), ("https", "https URL"), ("https:", "https URL"), ("https:/a", "https URL"),
      ("ftp://a.example/", "https URL"), ("//a.example/", "https URL"), ("a.example", "https URL"),
      ("http://a.example/", "loopback addresses only"), ("http://localhost.a.example/", "loopback addresses only"),
      ("http://192.0.2.7/", "loopback addresses only"), ("https://", "host must be a DNS name"),
      ("https:///a", "host must be a DNS name"), ("https://:443/", "host must be a DNS name"),
      ("https://a..b/", "host must be a DNS name"),
      ("https://a.example./", "host must be a DNS name"), ("https://-a/", "host must be a DNS name"),
      ("https://a%2eexample/", "host must be a DNS name"), ("https://[::1/", "host must be a DNS name"),
      ("https://[::1]a/", "host must be a DNS name"), ("https://[a]/", "host must be a DNS name"),
      ("https://[fe80::1%25eth0]/", "host must be a DNS name"), ("https://127.1/", "host must be a DNS name"),
      ("https://2130706433/", "host must be a DNS name"), ("https://0x7f000001/", "host must be a DNS name"),
      ("https://127.0.0.0x1/", "host must be a DNS name"), ("https://0177.0.0.1/", "host must be a DNS name"),
      ("https://1.2.3.4.5/", "host must be a DNS name"),
      ("https://" + String(repeating: "a", count: 64), "host must be a DNS name"),
      ("https://a.example:0/", "port"), ("https://a.example:65536/", "port"), ("https://a.example:/", "port"),
      ("https://a.example:+1/", "port"), ("https://a:b:1/", "port"),
      ("https://u@a.example/", "no user name"), ("https://u:p@a.example/", "no user name"),
      ("https://a.example/#x", "no fragment"), ("https://a.example/ä", "%XX"), ("https://a.example/ x", "%XX"),
      ("https://a.example/%2", "%XX"), ("https://a.example/%zz", "%XX"), ("https://a.example\\b/", "%XX"),
      ("https://a.example/\r\nX: y", "%XX"), ("https://a.example/\u{0}", "%XX"),
      ("https://127.0.0.2/", "are not allowed"), ("https://[::ffff:127.0.0.1]/", "are not allowed"),
      ("http://127.0.0.2/", "are not allowed"), ("https://192.0.2.8/", "are not allowed"),
      ("http://[::ffff:127.0.0.1]/", "are not allowed"), ("https://localhost./", "host must be a DNS name"),
      ("https://127.0.0.1./", "host must be a DNS name"), ("https://[::ffff:7f00:1]/", "are not allowed"),
      ("https://017700000001/", "host must be a DNS name"), ("https://0x7f.0.0.1/", "host must be a DNS name"),
      ("https://127.0.0.0x1./", "host must be a DNS name"), ("http://notlocalhost/", "loopback addresses only"),
      ("https://a.example/" + String(repeating: "x", count: 2031), "at most 2048"),
    ])
  func refused(text: String, reason: String) {
    #expect(refusal(of: text)?.contains(reason) == true, "\(refusal(of: text) ?? "accepted")")
  }

  @Test("to localhost, by name or address, is refused unless an address of this machine is allowed")
  func localhost() {
    for (allowed, isAccepted) in [("192.0.2.7", false), ("127.0.0.1", true), ("::1", true)] {
      let rules = CallbackRules { $0 == allowed }
      for url in [
        "http://localhost/", "https://LOCALHOST:1/", "https://a.localhost/", "https://ip6-localhost/",
        "http://IP6-loopback:1/", "https://localhost.LocalDomain/x",
      ] {
        let isURL = (try? CallbackURL(.string(url), under: rules)) != nil
        #expect(isURL == isAccepted, "\(url) \(allowed)")
      }
    }
  }
}
