import Foundation
import Multipart
import Testing

/// Bodies that clients made, kept as inputs of the fuzzer: a line for it, the Content-Type, the body.
@Suite("A body that a client sent")
struct ClientBodyTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fuzz/corpus/multipart")

  private struct Body {
    var contentType: String
    var bytes: [UInt8]

    init(_ client: String) throws {
      let input = [UInt8](try Data(contentsOf: folder.appending(path: client)))
      let lines = input.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
      contentType = String(decoding: lines[1], as: UTF8.self)
      bytes = Array(lines[2])
    }

    func reading(pieces: [Int] = [.max]) throws -> Reading {
      try Reading(bytes, contentType: contentType, pieces: pieces)
    }
  }

  private static let clients = [
    "aiohttp", "chromium", "curl", "curl-escape", "go", "httpx", "java-browser-compatible", "java-rfc6532",
    "java-strict",
    "node", "perl", "requests", "requests-urllib3-1",
  ]

  @Test("has its fields and files, byte for byte", arguments: clients)
  func content(client: String) throws {
    let reading = try Body(client).reading()
    #expect(reading.error == nil && reading.isEnded)
    func bytes(_ name: String) -> [[UInt8]] { reading.parts.filter { $0.head.name == name }.map(\.bytes) }
    #expect(bytes("title") == [Array("Grüße".utf8)])
    #expect(bytes(#"wi"dth"#) == [Array("200".utf8)])
    #expect(bytes("input") == [Array(#"{"width":200}"#.utf8)])
    #expect(bytes("photos").prefix(3) == [Array("\r\n--\r\n-\r".utf8), [], Array(0...255)])
  }

  @Test("has the names of its files", arguments: clients)
  func fileNames(client: String) throws {
    let first =
      switch client {
      // It escapes all that is not a letter, a digit or one of a few signs, which no other client expects.
      case "aiohttp": #"a%3Bb%20"c"%20%5Cd%20%C3%A4.txt"#
      // This mode of the client knows ASCII only.
      case "java-strict": #"a;b "c" \d ?.txt"#
      default: #"a;b "c" \d ä.txt"#
      }
    let names = try Body(client).reading().parts.filter { $0.head.name == "photos" }.map(\.head.fileName)
    #expect(names.prefix(3) == [first, "empty.bin", "data.bin"])
  }

  @Test("has the types of its parts", arguments: clients)
  func types(client: String) throws {
    let parts = try Body(client).reading().parts
    let file = try #require(parts.first { $0.head.name == "photos" }?.head.contentType)
    #expect(client == "go" ? file == "application/octet-stream" : file.hasPrefix("text/plain"))
    let input = try #require(parts.first { $0.head.name == "input" })
    #expect(client == "java-browser-compatible" || input.head.contentType?.hasPrefix("application/json") == true)
  }

  @Test("of JSON as a Blob is called a file by browsers and Node", arguments: ["chromium", "node"])
  func blob(client: String) throws {
    let input = try Body(client).reading().parts.first { $0.head.name == "input" }
    #expect(input?.head == PartHead(name: "input", fileName: "blob", contentType: "application/json"))
  }

  @Test("may have line breaks and no text in its names", arguments: ["chromium", "node"])
  func oddNames(client: String) throws {
    let parts = try Body(client).reading().parts
    #expect(parts.first { $0.head.name == "line\r\nbreak" }?.text == "one\r\ntwo")
    #expect(client == "node" || parts.first { $0.head.name.isEmpty }?.text == "nothing")
  }

  @Test("by a browser may have control characters and a backslash at the end in a file name")
  func controls() throws {
    #expect(try Body("chromium").reading().parts.last?.head.fileName == "100\" tab\t del\u{7F} bell\u{7} end\\")
  }

  @Test("from a form has a file without a name and bytes where none was chosen, and `_charset_` as a field")
  func form() throws {
    let reading = try Body("chromium-form").reading()
    #expect(reading.error == nil && reading.isEnded)
    #expect(reading.parts.first?.head == PartHead(name: "_charset_") && reading.parts.first?.text == "UTF-8")
    let none = PartHead(name: "none", fileName: "", contentType: "application/octet-stream")
    #expect(reading.parts.last?.head == none && reading.parts.last?.bytes == [])
  }

  @Test("without fields has no parts", arguments: ["chromium-none", "node-none"])
  func nothing(client: String) throws {
    let reading = try Body(client).reading()
    #expect(reading.error == nil && reading.isEnded && reading.parts.isEmpty)
  }

  @Test("by curl has a file's bytes as a field with `<`")
  func field() throws {
    let parts = try Body("curl-chunked").reading().parts
    #expect(parts.map(\.head.fileName) == ["data.bin", nil] && parts.last?.text == "\r\n--\r\n-\r")
  }

  @Test("by curl is refused where it was told to encode or to nest files")
  func refused() throws {
    #expect(try Body("curl-base64").reading().error == .encoded)
    #expect(try Body("curl-mixed").reading().error == .nested)
  }

  @Test("says the same in pieces of any length", arguments: clients + ["chromium-form", "chromium-none", "curl-mixed"])
  func pieces(client: String) throws {
    let body = try Body(client)
    let whole = try body.reading()
    for length in [1, 2, 3, 5, 7, 64, 1000] { #expect(try body.reading(pieces: [length]) == whole) }
  }

  @Test("says the same wherever it is cut", arguments: ["chromium-form", "curl-chunked"])
  func cuts(client: String) throws {
    let body = try Body(client)
    let whole = try body.reading()
    for length in 1..<body.bytes.count { #expect(try body.reading(pieces: [length, .max]) == whole) }
  }
}
