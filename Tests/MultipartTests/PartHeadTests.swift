import Multipart
import Testing

@Suite("The header of a part")
struct PartHeadTests {
  private func reading(_ head: String) throws -> Reading {
    try Reading("--x\r\n\(head)\r\n\r\n1\r\n--x--")
  }

  private func head(_ lines: String) throws -> PartHead? {
    let reading = try reading(lines)
    #expect(reading.error == nil)
    return reading.parts.first?.head
  }

  private func disposition(_ parameters: String) throws -> PartHead? {
    try head("Content-Disposition: form-data" + parameters)
  }

  @Test("says a name, a file name and a type; the last two may be absent")
  func fields() throws {
    #expect(try disposition("; name=\"a\"") == PartHead(name: "a"))
    #expect(try disposition("; name=\"a\"; filename=\"b\"") == PartHead(name: "a", fileName: "b"))
    let head = try disposition("; name=\"a\"; filename=\"b\"\r\nContent-Type: text/plain; charset=utf-8")
    #expect(head == PartHead(name: "a", fileName: "b", contentType: "text/plain; charset=utf-8"))
  }

  @Test("tells an empty file name, as of a form without a chosen file, from none")
  func emptyFileName() throws {
    #expect(try disposition("; name=\"a\"; filename=\"\"")?.fileName == "")
    #expect(try disposition("; name=\"\"") == PartHead(name: ""))
  }

  @Test("takes an empty Content-Type for none")
  func emptyContentType() throws {
    #expect(try disposition("; name=a\r\nContent-Type: \t") == PartHead(name: "a"))
  }

  @Test("is read in any case, in any order and with any blanks around values")
  func spellings() throws {
    let expected = PartHead(name: "a", fileName: "b", contentType: "text/plain")
    #expect(
      try head("CONTENT-TYPE:text/plain\r\ncontent-disposition: \tForm-Data ;FILENAME=b;; Name=\"a\" ; ") == expected)
  }

  @Test("may have other fields and parameters, any number of times, which mean nothing")
  func others() throws {
    let head = try head(
      "X-A: \u{1}\"\r\nContent-Length: 5\r\nX-A:\r\nContent-Disposition: form-data; name=a; size=1; size=2")
    #expect(head == PartHead(name: "a"))
  }

  @Test("has an identity for its transfer encoding, in any case", arguments: ["7bit", "8BIT", "Binary"])
  func encodings(encoding: String) throws {
    #expect(try disposition("; name=a\r\nContent-Transfer-Encoding: \(encoding)") == PartHead(name: "a"))
  }

  @Test("takes `_charset_` for a name like any other")
  func charset() throws {
    #expect(try disposition("; name=\"_charset_\"") == PartHead(name: "_charset_"))
  }

  @Test(
    "keeps names as text",
    arguments: [
      ("é😀.txt", "é😀.txt"), (#"a\"b"#, #"a"b"#), (#"a\\b"#, #"a\b"#), ("a%22b", #"a"b"#), ("a%0D%0Ab", "a\r\nb"),
      ("100%", "100%"), ("%2", "%2"), ("a%20b%25%0d%00%2522", "a%20b%25%0d%00%2522"),
      (#"C:\dir\new.txt"#, #"C:\dir\new.txt"#),
      (#"\\host\dir\a"#, #"\host\dir\a"#), ("../../etc/passwd", "../../etc/passwd"), ("a;b=c", "a;b=c"),
      ("a, b", "a, b"),
      ("a\tb\u{7}c\u{7F}", "a\tb\u{7}c\u{7F}"), ("=?utf-8?B?w6k=?=", "=?utf-8?B?w6k=?="), ("%22%22", "\"\""), ("", ""),
      ("e\u{301}", "e\u{301}"), ("utf-8''%41", "utf-8''%41"),
    ])
  func names(sent: String, kept: String) throws {
    let head = try disposition("; name=\"\(sent)\"; filename=\"\(sent)\"")
    #expect(head.map { Array($0.name.utf8) } == Array(kept.utf8))
    #expect(head?.fileName.map { Array($0.utf8) } == Array(kept.utf8))
  }

  @Test("knows the end of a file name whose last character is a backslash, at the end of the field")
  func backslash() throws {
    #expect(try disposition(#"; name="a"; filename="dir\""#)?.fileName == #"dir\"#)
    #expect(try disposition(#"; name="a"; filename="dir\\""#)?.fileName == #"dir\"#)
    #expect(try reading(#"Content-Disposition: form-data; filename="dir\"; name="a""#).error == .badDisposition)
  }

  @Test("may have names without quotes, which are taken as they are")
  func unquoted() throws {
    #expect(try disposition("; name=a[0]; filename=é%22\\") == PartHead(name: "a[0]", fileName: "é%22\\"))
  }

  @Test(
    "may have the names that RFC 7578 forbids, as RFC 5987 writes them, which count more than plain ones",
    arguments: [
      ("UTF-8''%c3%A9.txt", "é.txt"), ("utf-8'de'%e2%82%ac", "€"), ("utf-8''", ""), ("iso-8859-1''%e9%80", "é\u{80}"),
      ("utf-8''a%27b'c", "a'b'c"), ("\"utf-8''%22\"", "\""), ("utf-8''é", "é"), ("utf-8''%0D%0A", "\r\n"),
    ])
  func extended(value: String, text: String) throws {
    #expect(try disposition("; name=a; filename*=\(value); filename=b")?.fileName == text)
    #expect(try disposition("; name=a; filename=\"b\"; FileName*=\(value)")?.fileName == text)
    #expect(try disposition("; name*=\(value)") == PartHead(name: text))
  }

  @Test(
    "without a name is refused",
    arguments: [
      "Content-Type: text/plain", "Content-Disposition: form-data", "Content-Disposition: form-data; filename=\"a\"",
      "Content-Disposition: form-data; names=a", "X: form-data; name=a",
    ])
  func noName(head: String) throws {
    #expect(try reading(head).error == .noName)
  }

  @Test("without any field is refused")
  func nothing() throws {
    #expect(try Reading("--x\r\n\r\n1\r\n--x--").error == .noName)
  }

  @Test(
    "with a disposition that can't be read is refused",
    arguments: [
      "", "attachment; name=a", "form-data, name=a", "form-data; name", "form-data; name=", "form-data; name=;",
      "form-data; name =a", "form-data; name= a", "form-data; name=a b", "form-data; name=\"a",
      "form-data; name=\"a\"b",
      "form-data; =a", "form-data; name=a; filename=b\"c\"", "form-data; name=a; filename*=b", "form-data name=a",
      "form-data; name=a; filename*=utf-8'b", "form-data; name=a; filename*=utf-16''b", "form-data; n\u{e9}=a",
      "form-data; name=a; filename*=utf-8''%2", "form-data; name=a; filename*=utf-8''%2g",
      "form-data; name*0=a; name*1=b",
      "form-data; name=a; filename*0*=utf-8''b",
    ])
  func badDisposition(value: String) throws {
    #expect(try reading("Content-Disposition: \(value)").error == .badDisposition)
  }

  @Test("with the same parameter twice is refused", arguments: ["name", "filename", "name*", "filename*"])
  func repeatedParameter(name: String) throws {
    let value = "form-data; name=a; filename=b; name*=utf-8''a; filename*=utf-8''b; \(name.uppercased())=utf-8''a"
    #expect(try reading("Content-Disposition: \(value)").error == .repeatedParameter)
  }

  @Test(
    "with a field twice that means something is refused",
    arguments: [
      "Content-Disposition: form-data; name=a", "Content-Type: text/plain", "Content-Transfer-Encoding: 8bit",
    ])
  func repeatedField(field: String) throws {
    #expect(try reading("\(field)\r\n\(field.replacing("C", with: "c"))").error == .repeatedField)
  }

  @Test("that is folded is refused", arguments: [" ", "\t", " \r\n"])
  func folded(blank: String) throws {
    #expect(try reading("Content-Disposition: form-data;\r\n\(blank)name=a").error == .foldedField)
  }

  @Test(
    "with a line that is no field is refused",
    arguments: ["name", ": a", "a b: c", "a : b", "\u{e9}: a", "--x", "--x--", "(a): b", "\u{1}: b"])
  func badField(line: String) throws {
    #expect(try reading("\(line)\r\nContent-Disposition: form-data; name=a").error == .badField)
  }

  @Test("with a NUL byte is refused, escaped too")
  func nul() throws {
    #expect(try reading("Content-Disposition: form-data; name=\"a\0\"").error == .nulByte)
    #expect(try reading("X: \0").error == .nulByte)
    #expect(try reading("Content-Disposition: form-data; name=a; filename*=utf-8''a%00").error == .nulByte)
  }

  @Test("with names or a type that are not UTF-8 is refused; a field that means nothing may be anything")
  func utf8() throws {
    func error(_ head: [UInt8]) throws -> MultipartError? {
      try Reading(Array("--x\r\n".utf8) + head + Array("\r\n\r\n1\r\n--x--".utf8)).error
    }
    let disposition = Array("Content-Disposition: form-data; name=".utf8)
    #expect(try error(disposition + [0xE9]) == .invalidUTF8)
    #expect(try error(disposition + Array("a; filename=\"".utf8) + [0xC0, 0x80, 0x22]) == .invalidUTF8)
    #expect(try error(disposition + Array("a; filename*=utf-8''%E9".utf8)) == .invalidUTF8)
    #expect(try error(disposition + Array("a\r\nContent-Type: a/".utf8) + [0xFF]) == .invalidUTF8)
    #expect(try error(disposition + Array("a\r\nX: ".utf8) + [0xFF]) == nil)
  }

  @Test("of a part that is multipart itself is refused", arguments: ["multipart/mixed; boundary=y", "MULTIPART/x"])
  func nested(type: String) throws {
    #expect(try reading("Content-Disposition: form-data; name=a\r\nContent-Type: \(type)").error == .nested)
  }

  @Test("of a part that is encoded is refused", arguments: ["base64", "quoted-printable", "x", "", "8bit; a"])
  func encoded(encoding: String) throws {
    let head = "Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: \(encoding)"
    #expect(try reading(head).error == .encoded)
  }
}
