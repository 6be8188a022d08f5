import Foundation
import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import TestSupport
import Testing

@testable import JobsHTTP

extension FileAPITests {
  @Suite("A bad upload")
  struct BadUploadTests {
    private let service: OrderService

    init() throws {
      service = try OrderService(kinds: [.orders, .sheets, .scans], bodyLimit: 5000)
    }

    private func expectNothing(sourceLocation: SourceLocation = #_sourceLocation) async {
      #expect(service.storedFiles == [], sourceLocation: sourceLocation)
      #expect(await service.get("/sheets").body["sheets"]?.elements.count == 0, sourceLocation: sourceLocation)
      #expect(await service.get("/scans").body["scans"]?.elements.count == 0, sourceLocation: sourceLocation)
    }

    private static let photo = Part.file("photos", Sample.png)

    @Test(
      "with files that are not declared, too many, too few or too small is 422, and names the place of each",
      arguments: [
        ([photo, .file("pictures", Sample.png)], ["/files/pictures/0 No file of this name can be sent."]),
        (
          [.file("x", [1]), photo, .file("x", .init(repeating: 1, count: 9000)), .file("y", [])],
          [
            "/files/x/0 No file of this name can be sent.", "/files/x/1 No file of this name can be sent.",
            "/files/y/0 No file of this name can be sent.",
          ]
        ),
        (
          [photo, photo, photo, photo, photo],
          ["/files/photos/3 At most 3 files can be sent.", "/files/photos/4 At most 3 files can be sent."]
        ),
        ([], ["/files/photos/0 A file is missing."]),
        ([.field("width", "20")], ["/files/photos/0 A file is missing."]),
        ([photo, .file("photos", [])], ["/files/photos/1 This file is empty."]),
        (
          [.file("photos", []), .field("width", "1"), .file("z", [])],
          [
            "/files/photos/0 This file is empty.", "/files/z/0 No file of this name can be sent.",
            "/width This must be at least 16.",
          ]
        ),
      ] as [([Part], [String])])
    func shape(parts: [Part], faults: [String]) async throws {
      let answer = await service.upload(parts)
      #expect(answer.status == 422)
      #expect(answer.code == "invalid-sheet")
      #expect(answer.fields[.contentType] == "application/problem+json")
      #expect(answer.faults.sorted() == faults)
      await expectNothing()
    }

    @Test("with less than two files where two are needed names the first that is missing")
    func tooFew() async throws {
      let kind = Kind(
        "pair", path: "pairs", input: #"{"type":"object"}"#,
        files: [InputFiles(name: "halves", count: 2...2, minSize: 5)], work: NoWork())
      let service = try OrderService(kinds: [kind])
      #expect(await service.upload([], to: "/pairs").faults == ["/files/halves/0 At least 2 files are needed."])
      #expect(
        await service.upload([.file("halves", [1, 2, 3, 4])], to: "/pairs").faults
          == ["/files/halves/0 This file has fewer than 5 bytes.", "/files/halves/1 At least 2 files are needed."])
      #expect(service.storedFiles == [])
    }

    @Test(
      "with a file of another type is 415: the first bytes decide, and no declared type may contradict them",
      arguments: [
        ("image/png", Sample.png, nil), ("image/jpeg", Sample.jpeg, nil), (nil, Sample.png, nil),
        ("application/octet-stream", Sample.jpeg, nil), ("IMAGE/PNG; a=b", Sample.png, nil), ("", Sample.png, nil),
        ("nonsense", Sample.png, nil),
        ("image/png", Sample.jpeg, "photos/0 (a.b) is sent as image/png and is image/jpeg by its first bytes."),
        (
          "image/jpeg", Array("<html>".utf8),
          "photos/0 (a.b) is sent as image/jpeg and is something else by its first bytes."
        ),
        ("text/plain", Sample.png, "photos/0 (a.b) is sent as text/plain and is image/png by its first bytes."),
        ("image/gif", Array("GIF89a".utf8), "photos/0 (a.b) is not of the type image/jpeg or image/png."),
        (nil, Array("GIF89a".utf8), "photos/0 (a.b) is not of the type image/jpeg or image/png."),
        (nil, Array("text".utf8), "photos/0 (a.b) is not of the type image/jpeg or image/png."),
        ("application/octet-stream", Array("text".utf8), "photos/0 (a.b) is not of the type image/jpeg or image/png."),
        ("text/html", Array("<html>".utf8), "photos/0 (a.b) is not of the type image/jpeg or image/png."),
        (nil, [0x89, 0x50, 0x4E], "photos/0 (a.b) is not of the type image/jpeg or image/png."),
      ] as [(String?, [UInt8], String?)])
    func types(type: String?, bytes: [UInt8], detail: String?) async throws {
      let answer = await service.upload([.file("photos", bytes, called: "a.b", type: type)])
      guard let detail else {
        #expect(answer.status == 202, "\(answer.text)")
        return
      }
      #expect((answer.status, answer.code) == (415, "unsupported-media-type"))
      #expect(answer.body["detail"]?.text == detail)
      #expect(answer.faults == ["/files/photos/0 \(detail)"])
      await expectNothing()
    }

    @Test(
      "keeps the type of a file that any may be, as it is declared or found",
      arguments: [
        ("text/csv", [1], "text/csv"), (nil, Sample.png, "image/png"), (nil, [1], "application/octet-stream"),
        ("application/octet-stream", Sample.pdf, "application/pdf"), ("text/x-own;charset=a", [1], "text/x-own"),
        ("application/vnd.oasis.opendocument.text", [0x50, 0x4B, 3, 4], "application/vnd.oasis.opendocument.text"),
      ] as [(String?, [UInt8], String)])
    func anyType(type: String?, bytes: [UInt8], expected: String) async throws {
      let document = Part.file("document", Array("text".utf8), type: "text/plain")
      let answer = await service.upload([document, .file("notes", bytes, type: type)], to: "/scans")
      #expect(answer.status == 202)
      let files = try await service.store.inputFiles(of: JobID(rawValue: 1))
      #expect(files.map(\.file.type) == ["text/plain", expected])
    }

    @Test("with a file over its limit, or files over theirs together, is 413 that tells the limit")
    func tooLarge() async throws {
      func upload(_ sizes: [Int]) async -> Answer {
        await service.upload(sizes.map { .file("photos", Sample.png($0)) }, piece: 300)
      }
      for (sizes, limit) in [([1001], 1000), ([20, 5000], 1000), ([1000, 1000, 501], 2500)] {
        let answer = await upload(sizes)
        #expect((answer.status, answer.code) == (413, "body-too-large"))
        #expect(answer.body["detail"]?.text?.contains("\(limit) bytes. Nothing was stored.") == true, "\(answer.text)")
        await expectNothing()
      }
      #expect(await upload([1000, 1000, 500]).status == 202)
    }

    @Test("with fields over the limit of a body is 413 that tells the limit")
    func fieldsTooLarge() async throws {
      for parts in [
        [.field("caption", String(repeating: "a", count: 5001))],
        [.field("a", String(repeating: "a", count: 2501)), .field("b", String(repeating: "b", count: 2500))],
        [.field("input", String(repeating: " ", count: 5001))],
      ] as [[Part]] {
        let answer = await service.upload([Self.photo] + parts, piece: 100)
        #expect((answer.status, answer.code) == (413, "body-too-large"))
        #expect(answer.body["detail"]?.text?.contains("5000 bytes") == true)
        await expectNothing()
      }
    }

    @Test("longer than a body of its kind can be is 413, whatever it is made of")
    func wholeTooLarge() async throws {
      let most = try #require(service.api.served.first { $0.kind.path == "sheets" }?.kind.mostUploaded)
      #expect(most == 2500 + 5000 + 1 << 20)
      let body = OrderService.form([Self.photo])
      let preamble = [UInt8](repeating: 32, count: most + 1 - body.count - 2) + [13, 10]
      let type = "multipart/form-data; boundary=\(OrderService.boundary)"
      let answer = await service.upload(body: preamble + body, type: type)
      #expect((answer.status, answer.code) == (413, "body-too-large"))
      #expect(answer.body["detail"]?.text == "The body may have at most \(most) bytes.")
      await expectNothing()
      #expect(await service.upload(body: Array(preamble.dropFirst()) + body, type: type).status == 202)
    }

    @Test(
      "that is no form of RFC 7578 is 400",
      arguments: [
        (
          "--x\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a\"\r\n\r\nabc",
          "ends before its last boundary"
        ),
        ("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n", "ends before its last boundary"),
        ("", "ends before its last boundary"), ("no boundary in it", "ends before its last boundary"),
        ("--x\r\nNo field\r\n\r\na\r\n--x--", "not a name, a colon and a value"),
        ("--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--", "no name"),
        ("--x\r\n\r\na\r\n--x--", "no name"),
        ("--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\na\r\n--x--", "not form-data"),
        ("--x\r\nContent-Disposition: form-data; name=\"a\"\n\r\na\r\n--x--", "CR or LF alone"),
        (
          "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\na\r\n--x--",
          "multipart itself"
        ),
        (
          "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\na\r\n--x--",
          "Content-Transfer-Encoding"
        ),
        ("--x\r\nX-Long: \(String(repeating: "a", count: 8200))\r\n\r\na\r\n--x--", "more than 8192 bytes"),
        (
          "--x\r\nContent-Disposition: form-data; name=\"width\"\r\n\r\na\r\n--xy\r\n",
          "goes on with something else"
        ),
      ])
    func malformed(body: String, detail: String) async throws {
      for piece in [1, 65_536] {
        let answer = await service.upload(body: Array(body.utf8), type: "multipart/form-data; boundary=x", piece: piece)
        #expect((answer.status, answer.code) == (400, "malformed-multipart"))
        #expect(answer.body["detail"]?.text?.contains(detail) == true, "\(answer.text)")
        await expectNothing()
      }
    }

    @Test(
      "with a Content-Type that has no boundary, or none that a body can have, is 400",
      arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
        "multipart/form-data; boundary=a; boundary=b",
      ])
    func boundary(type: String) async throws {
      for body in [[], OrderService.form([Self.photo])] {
        let answer = await service.upload(body: body, type: type)
        #expect((answer.status, answer.code) == (400, "malformed-multipart"), "\(answer.text)")
        await expectNothing()
      }
    }

    @Test("that is shorter than it was announced is 400, though its parts are whole")
    func truncated() async throws {
      let answer = await service.upload(
        body: OrderService.form([Self.photo]), type: "multipart/form-data; boundary=\(OrderService.boundary)",
        isWhole: false)
      #expect((answer.status, answer.code) == (400, "truncated-body"))
      await expectNothing()
    }

    @Test("of more than a thousand parts is 400, and of a thousand is taken")
    func parts() async throws {
      let document = Part.file("document", Sample.pdf, type: "application/pdf")
      let notes = [Part](repeating: .file("notes", [1]), count: 999)
      #expect(await service.upload([document] + notes + [.field("language", "a")], to: "/scans").status == 400)
      await expectNothing()
      #expect(await service.upload([document] + notes, to: "/scans").status == 202)
      #expect(service.storedFiles.count == 1000)
    }

    @Test("tells at most a hundred faults, cuts what it quotes, and answers in less than 64 KiB")
    func bounded() async throws {
      let long = String(repeating: "\u{1F600}", count: 1900)
      for make in [
        { _ in .file(long, [1]) }, { .field(long + "\($0)", "") },
        { _ in .file("photos", Sample.png, called: long) },
      ] as [(Int) -> Part] {
        let answer = await service.upload((0..<400).map(make))
        #expect([413, 422].contains(answer.status))
        #expect(answer.bytes.count < 65_536, "\(answer.bytes.count)")
        #expect(answer.faults.count <= 100)
        await expectNothing()
      }
      let type = await service.upload([.file("photos", [1], called: long)])
      #expect(type.status == 415)
      #expect(type.bytes.count < 8192)
    }

    @Test("is told by its first fault that makes the rest useless, whatever comes behind it")
    func first() async throws {
      let html = Part.file("photos", Array("<html>".utf8), type: "text/html")
      let large = Part.file("photos", Sample.png(2000))
      #expect(await service.upload([html, large, .field("width", "x")]).status == 415)
      #expect(await service.upload([large, html, .field("width", "x")]).status == 413)
      #expect(await service.upload([.field("width", "x"), large]).status == 413)
      await expectNothing()
    }

    @Test("that its disk can't take is 503, and leaves nothing")
    func disk() async throws {
      let path = service.folder.path + "/orders.sqlite-files"
      try Data().write(to: URL(filePath: path))
      let answer = await service.upload([Self.photo])
      #expect((answer.status, answer.code) == (503, "store-unavailable"))
      #expect(service.failures.count == 1)
      try FileManager.default.removeItem(atPath: path)
      await expectNothing()
      #expect(await service.upload([Self.photo]).status == 202)
    }
  }
}
