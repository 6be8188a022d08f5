import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import FastCGI
@testable import JobsHTTP

extension FileAPITests {
  @Suite("A submission with files")
  struct UploadTests {
    private let service: OrderService

    init() throws {
      service = try OrderService(kinds: [.orders, .sheets, .scans])
    }

    @Test(
      "is stored with its files in order, whatever the order of its parts and however it is cut",
      arguments: [1, 7, 65_536])
    func stored(piece: Int) async throws {
      let parts: [Part] = [
        .file("photos", Sample.png, called: "one.png"), .field("width", "300"),
        .file("photos", Sample.jpeg, called: "two.jpg", type: "image/jpeg"), .field("caption", "A \u{1F600}"),
        .file("photos", Sample.png(1000), called: "three"),
      ]
      for parts in [parts, parts.reversed()] {
        let answer = await service.upload(parts, piece: piece)
        #expect(answer.status == 202)
        let id = try #require(JobID(digits: answer.body["id"]?.text ?? ""))
        #expect(answer.fields[.location] == "/sheets/\(id)/status")
        let files = try await service.store.inputFiles(of: id)
        var expected: [SentFile] = [
          SentFile(title: "one.png", type: "image/png", bytes: Sample.png),
          SentFile(title: "two.jpg", type: "image/jpeg", bytes: Sample.jpeg),
          SentFile(title: "three", type: "image/png", bytes: Sample.png(1000)),
        ]
        if files.first?.title == "three" { expected.reverse() }
        #expect(files.map(service.sent) == expected)
        #expect(files.map(\.number) == [0, 1, 2])
        #expect(files.allSatisfy { $0.file.name == "photos" })
        #expect(
          try await service.store.read(id)?.input == Array(#""width":300,"caption":"A \#u{1F600}""#.utf8))
      }
      #expect(service.storedFiles.count == 6)
      #expect(service.failures == [])
    }

    @Test("has the files of several names in the order of their declaration")
    func names() async throws {
      let answer = await service.upload(
        [.file("notes", [1]), .file("document", Sample.pdf, type: "application/pdf"), .file("notes", [2])], to: "/scans"
      )
      #expect(answer.status == 202)
      let files = try await service.store.inputFiles(of: JobID(rawValue: 1))
      #expect(files.map { "\($0.file.name)/\($0.number)" } == ["document/0", "notes/0", "notes/1"])
      #expect(files.map(service.content(of:)) == [Sample.pdf, [1], [2]])
    }

    @Test("takes the empty field for files of a browser's form as absent, as often as it comes")
    func emptyField() async throws {
      let empty = Part.file("notes", [], called: "", type: "application/octet-stream")
      let document = Part.file("document", Sample.pdf, type: "application/pdf")
      #expect(await service.upload([empty, document, empty], to: "/scans").status == 202)
      #expect(try await service.store.inputFiles(of: JobID(rawValue: 1)).map(\.file.name) == ["document"])
      let missing = await service.upload([.file("photos", [], called: "", type: "application/octet-stream")])
      #expect(missing.faults == ["/files/photos/0 A file is missing."])
      // One with a name is a file, and one with bytes is, too.
      #expect(await service.upload([document, .file("notes", [], called: "x")], to: "/scans").status == 202)
      #expect(await service.upload([document, .file("notes", [1], called: "")], to: "/scans").status == 202)
      let sizes = try await service.store.inputFiles(of: JobID(rawValue: 2)).map(\.file.size)
      #expect(sizes == [Int64(Sample.pdf.count), 0])
      #expect(service.storedFiles.count == 5)
    }

    @Test("reads each scalar part by its type, and takes an empty one of another type than string as absent")
    func scalars() async throws {
      let photo = Part.file("photos", Sample.png)
      let answer = await service.upload([
        .field("ratio", "1.50"), .field("isBright", "true"), .field("format", "png"), .field("caption", "12"),
        .field("width", "2e2"), photo,
      ])
      #expect(answer.status == 202)
      let document = await service.get("/sheets/1").text
      #expect(
        document.hasPrefix(
          #"{"id":1,"width":2e2,"ratio":1.50,"isBright":true,"caption":"12","format":"png","status":"started","files":"#
        ))
      let empty = await service.upload([
        photo, .field("width", ""), .field("ratio", ""), .field("isBright", ""), .field("format", ""),
        .field("caption", ""),
      ])
      #expect(empty.status == 202)
      #expect(try await service.store.read(JobID(rawValue: 2))?.input == Array(#""caption":"""#.utf8))
    }

    @Test(
      "tells what is wrong with a scalar part",
      arguments: [
        ([.field("width", "wide")], ["/width This must be a whole number."]),
        ([.field("width", "15")], ["/width This must be at least 16."]),
        ([.field("isBright", "on")], ["/isBright This must be true or false."]),
        ([.field("crop", "1")], ["/crop This can only be sent as JSON."]),
        ([.field("nothing", "1")], ["/nothing This member is not known here."]),
        ([.field("caption", [0xFF])], ["/caption This is not UTF-8."]),
        ([.field("width", "20"), .field("width", "20")], ["/width This member is there more than once."]),
      ] as [([Part], [String])])
    func badScalars(parts: [Part], faults: [String]) async throws {
      let answer = await service.upload(parts + [.file("photos", Sample.png)])
      #expect(answer.status == 422)
      #expect(answer.code == "invalid-sheet")
      #expect(answer.faults == faults)
      #expect(service.storedFiles == [])
    }

    @Test("takes its input as one part of JSON, alone or beside others, and once")
    func input() async throws {
      let photo = Part.file("photos", Sample.png)
      let json = Part.field("input", #"{"width":50,"crop":[1,2]}"#, type: "application/json")
      #expect(await service.upload([json, photo]).status == 202)
      #expect(await service.upload([photo, .field("caption", "c"), json]).status == 202)
      // curl sends a file's name with -F 'input=@input.json'.
      let file = Part.file("input", Array(#"{"width":50}"#.utf8), called: "input.json")
      #expect(await service.upload([photo, file]).status == 202)
      #expect(
        try await service.store.read(JobID(rawValue: 2))?.input
          == Array(#""width":50,"caption":"c","crop":[1,2]"#.utf8))
      for (parts, status, code, faults) in [
        ([json, .field("width", "50")], 422, "invalid-sheet", ["/width This member is there more than once."]),
        ([json, json], 422, "invalid-sheet", ["/input This member is there more than once."]),
        ([.field("input", "[]")], 422, "invalid-sheet", ["/input The input must be a JSON object."]),
        ([.field("input", "{")], 400, "malformed-json", []),
        ([.field("input", [0x22, 0xFF, 0x22])], 400, "malformed-json", []),
        (
          [.field("input", #"{"width":1,"x":2}"#)], 422, "invalid-sheet",
          ["/width This must be at least 16.", "/x This member is not known here."]
        ),
      ] as [([Part], Int, String, [String])] {
        let answer = await service.upload(parts + [photo])
        #expect((answer.status, answer.code) == (status, code))
        #expect(answer.faults == faults)
      }
      #expect(service.storedFiles.count == 3)
    }

    @Test(
      "is one file alone as the body, with its input in the query",
      arguments: ["image/png", "Image/PNG; a=b", "application/octet-stream", nil])
    func alone(type: String?) async throws {
      let answer = await service.upload(
        body: Sample.png(900), type: type, to: "/sheets?width=300&caption=a%20b+c&isBright=false", piece: 100)
      #expect(answer.status == 202, "\(answer.text)")
      let files = try await service.store.inputFiles(of: JobID(rawValue: 1))
      #expect(files.map { "\($0.file.name)/\($0.number) \($0.file.type)" } == ["photos/0 image/png"])
      #expect(files.map(\.title) == [nil])
      #expect(files.map(service.content(of:)) == [Sample.png(900)])
      #expect(
        try await service.store.read(JobID(rawValue: 1))?.input
          == Array(#""width":300,"isBright":false,"caption":"a b c""#.utf8))
    }

    @Test("of one file alone is refused by the same rules")
    func badAlone() async throws {
      func alone(_ body: [UInt8], _ type: String?, to target: String = "/sheets") async -> Answer {
        await service.upload(body: body, type: type, to: target)
      }
      let html = await alone(Array("<html>".utf8), "image/png")
      #expect((html.status, html.code) == (415, "unsupported-media-type"))
      #expect(html.faults.map { $0.prefix(16) } == ["/files/photos/0 "])
      #expect(await alone(Sample.jpeg, "image/png").status == 415)
      #expect(await alone(Sample.png, "image/gif").status == 415)
      #expect(await alone(Sample.png, "text/plain").status == 415)
      #expect(await alone([], "image/png").faults == ["/files/photos/0 This file is empty."])
      #expect(await alone(Sample.png(1001), "image/png").status == 413)
      for (query, fault) in [
        ("width=1", "/width This must be at least 16."), ("caption=%FF", "/caption This is not UTF-8."),
        ("x=1", "/x This member is not known here."),
      ] {
        #expect(await alone(Sample.png, "image/png", to: "/sheets?" + query).faults == [fault])
      }
      let short = await service.upload(body: Sample.png, type: "image/png", isWhole: false)
      #expect((short.status, short.code) == (400, "truncated-body"))
      // Where more than one name of files is declared the body says not which it is.
      #expect(await alone(Sample.pdf, "application/pdf", to: "/scans").status == 415)
      #expect(service.storedFiles == [])
      #expect(await service.get("/sheets").body["sheets"]?.elements.count == 0)
    }

    @Test("is still JSON alone where no file is needed, and says which are missing otherwise")
    func json() async throws {
      let answer = await service.upload(body: Array(#"{"width":1}"#.utf8), type: "application/json")
      #expect(answer.status == 422)
      #expect(answer.faults.sorted() == ["/files/photos/0 A file is missing.", "/width This must be at least 16."])
      let service = try OrderService(kinds: [.notes])
      let note = Array(#"{"a":"b"}"#.utf8)
      #expect(await service.upload(body: note, type: "application/json", to: "/notes").status == 202)
      #expect(await service.get("/notes/1").text == #"{"id":1,"a":"b","status":"started","files":{}}"#)
    }

    @Test("says in a 415 what a body may be sent as")
    func types() async throws {
      let answer = await service.upload(body: [1], type: "video/mp4")
      #expect(answer.status == 415)
      #expect(answer.fields[.accept] == "application/json, multipart/form-data, image/jpeg, image/png")
      let several = await service.upload(body: [1], type: "video/mp4", to: "/scans")
      #expect(several.fields[.accept] == "application/json, multipart/form-data")
      #expect(await service.upload([.field("a", "b")], to: "/orders").fields[.accept] == "application/json")
      let encoded = await service.upload([.file("photos", Sample.png)], [.contentEncoding: "gzip"])
      #expect(encoded.status == 415)
      #expect(service.storedFiles == [])
    }

    @Test("under one key is submitted once, and a copy of its files is not kept")
    func replay() async throws {
      func submit(_ parts: [Part], user: String? = nil) async -> Answer {
        await service.upload(parts, [.idempotencyKey: "k"], user: user)
      }
      let photo = Part.file("photos", Sample.png)
      let first = await submit([photo, .field("width", "20")])
      #expect(first.status == 202)
      let kept = service.storedFiles
      #expect(kept.count == 1)
      // Another name of the file is the same submission, as is another order of its parts.
      let again = await submit([.field("width", "20"), .file("photos", Sample.png, called: "other.png")])
      #expect((again.status, again.text) == (202, first.text))
      #expect(again.fields[.idempotentReplayed] == "true")
      #expect(service.storedFiles == kept)
      for parts in [
        [photo], [photo, photo, .field("width", "20")], [.file("photos", Sample.png(50)), .field("width", "20")],
      ] {
        let other = await submit(parts)
        #expect((other.status, other.code) == (422, "idempotency-key-reused"))
      }
      #expect(service.storedFiles == kept)
      #expect(await submit([photo], user: "anna").status == 202)
      #expect(service.storedFiles.count == 2)
    }

    @Test("that its store refuses leaves no file", arguments: ["queue", "key", "precondition", "callback"])
    func refused(by what: String) async throws {
      let service = try OrderService(kinds: [.sheets], queueLimits: QueueLimits(jobs: what == "queue" ? 1 : 9))
      let photo = Part.file("photos", Sample.png)
      #expect(await service.upload([photo]).status == 202)
      let kept = service.storedFiles
      let answer =
        switch what {
        case "key": await service.upload([photo], [.idempotencyKey: "a b"])
        case "precondition": await service.upload([photo], [.ifMatch: #""nothing""#])
        case "callback": await service.upload([photo, .field("callback", "https://a.example/")])
        default: await service.upload([photo])
        }
      #expect(answer.status >= 400)
      #expect(service.storedFiles == kept)
      #expect(await service.get("/sheets").body["sheets"]?.elements.count == 1)
    }

    @Test("whose peer has gone leaves no file, whole or not")
    func abandoned() async throws {
      let announced = AnnouncedBody(
        method: "POST", target: "/sheets",
        contentType: Array("multipart/form-data; boundary=\(OrderService.boundary)".utf8))
      let body = OrderService.form([.file("photos", Sample.png), .file("photos", Sample.png)])
      for count in [0, 50, 150, 250, 400, body.count] {
        let receiver = try #require(service.api.receiver?(announced))
        body.prefix(count).withUnsafeBytes(receiver.take)
        receiver.abandon()
        #expect(service.storedFiles == [])
      }
    }

    @Test("is read by a receiver only where a kind with files gets a body that may have some")
    func receivers() throws {
      let receiver = try #require(service.api.receiver)
      func takes(_ method: String, _ target: String, _ type: String?) -> Bool {
        receiver(AnnouncedBody(method: method, target: target, contentType: type.map { Array($0.utf8) })) != nil
      }
      #expect(takes("POST", "/sheets", "multipart/form-data; boundary=x"))
      #expect(takes("POST", "/sheets/?a=b", "image/png"))
      #expect(takes("POST", "/sheets", nil))
      #expect(takes("POST", "/sheets", "multipart/form-data"), "which is refused as a form without a boundary")
      #expect(!takes("PUT", "/sheets", "multipart/form-data; boundary=x"))
      #expect(!takes("POST", "/sheets/1", "multipart/form-data; boundary=x"))
      #expect(!takes("POST", "/orders", "multipart/form-data; boundary=x"))
      #expect(!takes("POST", "/sheets", "application/json"))
      #expect(!takes("POST", "/sheets", "video/mp4"))
      #expect(!takes("POST", "/scans", "application/pdf"))
      let plain = try OrderService().api.receiver
      #expect(plain == nil)
    }
  }
}
