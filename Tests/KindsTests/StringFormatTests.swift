import Testing

@testable import Kinds

@Suite("A format")
struct StringFormatTests {
  @Test(
    "date admits the days of the calendar",
    arguments: ["2026-02-28", "2024-02-29", "2000-02-29", "0000-02-29", "9999-12-31", "2026-04-30"])
  func date(text: String) {
    #expect(StringFormat.date.admits(text))
  }

  @Test(
    "date refuses all else",
    arguments: [
      "", "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "26-01-01",
      "2026-1-1", "2026-01-01 ", "2026/01/01", "20260101", "2026-01-01Z", "-026-01-01", "+026-01-01", "２０２６-01-01",
    ])
  func noDate(text: String) {
    #expect(!StringFormat.date.admits(text))
  }

  @Test(
    "date-time admits a time with an offset",
    arguments: [
      "2026-02-28T12:30:00Z", "2026-02-28t12:30:00z", "2026-02-28T00:00:00+00:00",
      "2026-02-28T23:59:59.123456789-23:59",
      "2026-02-28T12:30:00-00:00", "2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "2016-12-31T15:59:60.5-08:00",
    ])
  func dateTime(text: String) {
    #expect(StringFormat.dateTime.admits(text))
  }

  @Test(
    "date-time refuses all else",
    arguments: [
      "", "2026-02-28", "2026-02-28T12:30:00", "2026-02-28 12:30:00Z", "2026-02-29T12:30:00Z", "2026-02-28T24:00:00Z",
      "2026-02-28T12:60:00Z", "2026-02-28T12:30:61Z", "2026-02-28T12:30:60Z", "2016-12-31T23:59:60+01:00",
      "2026-02-28T12:30Z", "2026-02-28T12:30:00.Z", "2026-02-28T12:30:00+1:00", "2026-02-28T12:30:00+0100",
      "2026-02-28T12:30:00+24:00", "2026-02-28T12:30:00+01:60", "2026-02-28T12:30:00ZZ", "2026-02-28T12:30:00,5Z",
      "2026-02-28T1é:30:00Z", "2026-02-28T12:30:00+01:00Z", "2026-02-28T", "2026-02-28T12:30:00.",
    ])
  func noDateTime(text: String) {
    #expect(!StringFormat.dateTime.admits(text))
  }

  @Test(
    "uri admits an absolute URI",
    arguments: [
      "https://example.org/a", "http://foo.bar/?baz=qux#quuz", "ftp://ftp.is.co.za/rfc/rfc1808.txt", "urn:isbn:1", "a:",
      "mailto:John.Doe@example.com", "tel:+1-816-555-1212", "file:///etc/fstab", "http://u:p@h:80/%7E;a=b,c?/?:@#/?",
      "http://h:/", "ldap://[2001:db8::7]/c=GB?objectClass?one", "http://[::]", "http://[::1]:8080/",
      "http://[1:2:3:4:5:6:7:8]", "http://[1:2:3:4:5:6:192.0.2.1]", "http://[::ffff:192.0.2.1]", "http://[1::]",
      "http://[v1.a:b]/", "a+b-c.d1:x", "http://h?q", "http://h#f", "x:#f",
    ])
  func uri(text: String) {
    #expect(StringFormat.uri.admits(text))
  }

  @Test(
    "uri refuses all else",
    arguments: [
      "", "a", "/a", "//h/a", ":// should fail", "http:// shouldfail.com", "1a:b", "bar,baz:foo", #"\\WINDOWS\share"#,
      "http://h/%zz", "http://h/%4", "http://h/a b", "http://h/<>", "http://h/^", "http://h/`", "http://h/{}",
      "http://h/|", #"http://h/a\b"#, "http://h/é", "http://h#a#b", "http://h:8a/", "http://a@b@c/", "http://[h]/",
      "https://[@example.org/", "http://[::1/", "http://[::1]a", "http://[1:2:3]", "http://[1::2::3]",
      "http://[1:2:3:4:5:6:7:8:9]", "http://[1:2:3:4:5:6:7::8]", "http://[12345::]", "http://[::256.0.0.1]",
      "http://[::01.0.0.1]", "http://[1.2.3.4::]", "http://[:1:2:3:4:5:6:7]", "http://[:::]", "http://[]",
      "http://[v.a]", "http://[v1.]", "http://h/[", "x:\u{7F}", "x:\n",
    ])
  func noURI(text: String) {
    #expect(!StringFormat.uri.admits(text))
  }
}
