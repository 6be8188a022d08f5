import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import FastCGI
@testable import JobsHTTP

extension FileAPITests {
  @Suite("Files that came with a job")
  struct InputFileTests {
    private let service: OrderService

    init() throws {
      service = try OrderService(kinds: [.orders, .sheets, .scans, .notes], keepFinal: .seconds(3600))
    }

    @discardableResult
    private func sheet(_ count: Int = 2, user: String? = nil) async throws -> JobID {
      let parts = (0..<count).map { Part.file("photos", Sample.png(20 + $0), called: "\($0).png") }
      let answer = await service.upload(parts, user: user)
      return try #require(JobID(digits: answer.body["id"]?.text ?? ""), "\(answer.text)")
    }

    @Test("are in its document, by their names: what the client called them, type, size and digest")
    func document() async throws {
      try await sheet()
      let digests = try await service.store.inputFiles(of: JobID(rawValue: 1)).map(\.file.digest)
      let document = await service.get("/sheets/1")
      #expect(
        document.text == #"{"id":1,"status":"started","files":{"photos":["#
          + #"{"name":"0.png","type":"image/png","size":20,"sha256":"\#(digests[0])"},"#
          + #"{"name":"1.png","type":"image/png","size":21,"sha256":"\#(digests[1])"}]}}"#)
      #expect(digests.allSatisfy { $0.utf8.count == 64 })
      _ = await service.upload(
        [.file("notes", [1], called: "a.b"), .file("document", Sample.pdf, type: nil), .file("notes", [2])],
        to: "/scans")
      let scan = await service.get("/scans/2").body["files"]
      #expect(scan?.names == ["document", "notes"])
      #expect(scan?["notes"]?.elements.map { $0["size"]?.text } == ["1", "1"])
      // A body alone has no name.
      _ = await service.upload(body: Sample.png, type: "image/png")
      #expect(await service.get("/sheets/3").body["files"]?["photos"]?.elements[0].names == ["type", "size", "sha256"])
      // Lists and orders have none.
      #expect(await service.get("/sheets").body["sheets"]?.elements[0].names == ["id", "status"])
      try await service.order()
      #expect(await service.get("/orders/4").body.names == ["id", "products", "amount", "status"])
    }

    @Test("are sent by the web server, which is told where they lie")
    func sent() async throws {
      try await sheet()
      let files = try await service.store.inputFiles(of: JobID(rawValue: 1))
      for (number, file) in files.enumerated() {
        for target in ["/sheets/1/files/photos/\(number)", "/sheets/1/files/photos/\(number)/"] {
          let answer = await service.get(target)
          #expect(answer.status == 200)
          #expect(answer.fields[.accelRedirect] == "/.files/\(file.file.stored)")
          #expect(answer.fields[.contentType] == "image/png")
          #expect(answer.fields[.contentDisposition] == "inline; filename*=UTF-8''\(number).png")
          #expect(answer.fields[.cacheControl] == "no-cache")
          #expect(answer.bytes.isEmpty)
        }
      }
      let head = await service.send(.head, "/sheets/1/files/photos/1")
      #expect(head.fields[.accelRedirect] == "/.files/\(files[1].file.stored)")
      // While it runs and afterwards, too.
      let tenure = try await service.claim(JobID(rawValue: 1), of: Kind.sheets.name)
      #expect(await service.get("/sheets/1/files/photos/0").status == 200)
      try await service.finish(tenure, as: .fail(.workFailed))
      let failed = await service.get("/sheets/1/files/photos/0")
      #expect(failed.status == 200)
      #expect(failed.fields[.sunset] != nil)
    }

    @Test(
      "are not there under any other address",
      arguments: [
        "/sheets/1/files/photos/2", "/sheets/1/files/photos/00", "/sheets/1/files/photos/-1",
        "/sheets/1/files/photos/a", "/sheets/1/files/photos/", "/sheets/1/files/photos", "/sheets/1/files/",
        "/sheets/1/files/document/0", "/sheets/1/files/photos/0/0", "/sheets/1/files/photos/4294967296",
        "/sheets/1/files/photos/99999999999999999999", "/sheets/2/files/photos/0", "/sheets/0/files/photos/0",
        "/scans/1/files/document/0", "/scans/1/files/photos/0", "/orders/1/files/photos/0",
        "/sheets/1/result/photos", "/sheets/1/files/../0",
      ])
    func nowhere(target: String) async throws {
      try await sheet()
      let answer = await service.get(target)
      #expect(answer.status == 404, "\(answer.text)")
      #expect(answer.fields[.accelRedirect] == nil)
    }

    @Test("are read with GET and HEAD alone")
    func methods() async throws {
      try await sheet()
      for method in [.post, .put, .delete, .patch] as [HTTPRequest.Method] {
        let answer = await service.send(method, "/sheets/1/files/photos/0")
        #expect(answer.status == 405)
        #expect(answer.fields[.allow] == "GET, HEAD, OPTIONS")
      }
      #expect(await service.send(.options, "/sheets/1/files/photos/0").fields[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test(
      "have any name that a client gives them, and it does no harm in a header",
      arguments: [
        ("../../etc/passwd", "passwd"), (#"C:\\Users\\a b.png"#, "a%20b.png"),
        ("a%0D%0ASet-Cookie: x=y", "a%0D%0ASet-Cookie%3A%20x%3Dy"),
        ("a%22; filename=%22b", "a%22%3B%20filename%3D%22b"), ("", ""), ("/", ""), ("..", ".."),
        ("caf\u{E9}.png", "caf%C3%A9.png"),
        (String(repeating: "\u{1F600}", count: 300), String(repeating: "%F0%9F%98%80", count: 300)),
      ])
    func hostile(title: String, shown: String) async throws {
      let answer = await service.upload([.file("photos", Sample.png, called: title)])
      #expect(answer.status == 202, "\(answer.text)")
      let file = await service.get("/sheets/1/files/photos/0")
      #expect(file.fields[.contentDisposition] == "inline; filename*=UTF-8''\(shown)")
      // The document has all of it.
      let name = await service.get("/sheets/1").body["files"]?["photos"]?.elements[0]["name"]?.text
      let expected = title.replacing("%0D%0A", with: "\r\n").replacing("%22", with: "\"")
      #expect(name == expected || name == expected.replacing(#"\\"#, with: #"\"#))
      #expect(service.storedFiles.allSatisfy { $0.utf8.count == 49 })
    }

    @Test(
      "are shown in a page only where they are pictures, plain text or PDF",
      arguments: [
        ("image/png", Sample.png, "inline", "image/png"), ("application/pdf", Sample.pdf, "inline", "application/pdf"),
        ("text/plain", [65], "inline", "text/plain; charset=utf-8"),
        ("text/html", [60], "attachment", "text/html; charset=utf-8"),
        ("image/svg+xml", [60], "attachment", "image/svg+xml"), (nil, [60], "attachment", "application/octet-stream"),
      ] as [(String?, [UInt8], String, String)])
    func shown(type: String?, bytes: [UInt8], place: String, sent: String) async throws {
      let answer = await service.upload([.file("pages", bytes, called: "x", type: type)], to: "/notes")
      #expect(answer.status == 202)
      let file = await service.get("/notes/1/files/pages/0")
      #expect(file.fields[.contentDisposition] == "\(place); filename*=UTF-8''x")
      #expect(file.fields[.contentType] == sent)
    }

    @Test("are another user's, like their job: nobody else finds document, files or a way to remove them")
    func owners() async throws {
      try await sheet(user: "anna")
      #expect(await service.send(.delete, "/sheets/1/cancel", user: "anna").status == 204)
      for user in ["bert", nil] as [String?] {
        for target in ["/sheets/1", "/sheets/1/status", "/sheets/1/files/photos/0", "/sheets/1/files/photos/9"] {
          let answer = await service.get(target, user: user)
          #expect((answer.status, answer.code) == (404, "not-found"))
          #expect(answer.fields[.accelRedirect] == nil)
        }
        #expect(await service.send(.delete, "/sheets/1", user: user).status == 404)
        #expect(await service.get("/sheets", user: user).body["sheets"]?.elements.count == 0)
      }
      #expect(await service.get("/sheets/1/files/photos/0", user: "anna").status == 200)
      #expect(await service.send(.delete, "/sheets/1", user: "anna").status == 204)
      #expect(await service.get("/sheets/1/files/photos/0", user: "anna").status == 410)
      for user in ["bert", nil] as [String?] {
        for target in ["/sheets/1", "/sheets/1/files/photos/0"] {
          #expect(await service.get(target, user: user).status == 404)
        }
        #expect(await service.send(.delete, "/sheets/1", user: user).status == 404)
      }
    }

    @Test(
      "are removed with their final job: 204, and 410 for all of it from then on",
      arguments: [JobStatus.complete, .failed, .cancelled])
    func removed(status: JobStatus) async throws {
      let id = try await sheet()
      let stored = try await service.store.inputFiles(of: id).map(\.file.stored)
      if status == .cancelled {
        _ = try await service.store.cancel(id, at: .now)
      } else {
        let tenure = try await service.claim(id, of: Kind.sheets.name)
        try await service.finish(tenure, as: status == .complete ? .complete([]) : .fail(.workFailed))
      }
      let answer = await service.send(.delete, "/sheets/1")
      #expect(answer.status == 204 && answer.bytes.isEmpty)
      for target in ["/sheets/1", "/sheets/1/status", "/sheets/1/result", "/sheets/1/files/photos/0"] {
        let gone = await service.get(target)
        #expect((gone.status, gone.code) == (410, "sheet-expired"), "\(target)")
      }
      #expect(await service.send(.delete, "/sheets/1").status == 410)
      #expect(await service.send(.delete, "/sheets/1/cancel").status == 410)
      #expect(await service.get("/sheets").body["sheets"]?.elements.count == 0)
      #expect(try await service.store.expiredFiles(limit: 9).sorted() == stored.sorted())
    }

    @Test(
      "stay while their job is not final: 409, which says when to come back", arguments: [JobStatus.started, .running])
    func notFinal(status: JobStatus) async throws {
      let id = try await sheet()
      if status == .running { _ = try await service.claim(id, of: Kind.sheets.name) }
      let answer = await service.send(.delete, "/sheets/1")
      #expect((answer.status, answer.code) == (409, "sheet-not-finished"))
      #expect(answer.fields[.retryAfter] != nil)
      #expect(await service.get("/sheets/1").body["status"]?.text == status.rawValue)
      #expect(try await service.store.inputFiles(of: id).count == 2)
    }

    @Test("are removed only in the state that the client means")
    func preconditions() async throws {
      let id = try await sheet()
      let early = try #require(await service.get("/sheets/1").fields[.eTag])
      _ = try await service.store.cancel(id, at: .now)
      let last = try #require(await service.get("/sheets/1").fields[.eTag])
      #expect(await service.send(.delete, "/sheets/1", [.ifMatch: early]).status == 412)
      #expect(await service.send(.delete, "/sheets/1", [.ifNoneMatch: last]).status == 412)
      #expect(await service.get("/sheets/1").status == 200)
      #expect(await service.send(.delete, "/sheets/1", [.ifMatch: last]).status == 204)
    }

    @Test("are why a kind has DELETE: of one without nothing has changed")
    func allow() async throws {
      try await service.order(.complete)
      let answer = await service.send(.delete, "/orders/1")
      #expect(answer.status == 405)
      #expect(answer.fields[.allow] == "GET, HEAD, OPTIONS")
      let options = await service.send(.options, "/orders/1")
      #expect(options.status == 204)
      #expect(options.fields[.allow] == "GET, HEAD, OPTIONS")
      #expect(await service.send(.head, "/orders/1").status == 200)
      #expect(await service.get("/orders/1").status == 200)
      #expect(await service.send(.options, "/sheets/1").fields[.allow] == "GET, HEAD, DELETE, OPTIONS")
      #expect(await service.send(.post, "/sheets/1").fields[.allow] == "GET, HEAD, DELETE, OPTIONS")
      #expect(await service.send(.delete, "/sheets").status == 405)
      #expect(await service.send(.delete, "/sheets/9").status == 404)
      #expect(await service.send(.delete, "/scans/1").status == 404)
    }

    @Test("are asked for with any Accept")
    func accept() async throws {
      try await sheet()
      #expect(await service.get("/sheets/1/files/photos/0", [.accept: "application/json"]).status == 200)
      #expect(await service.get("/sheets/1/files/photos/0", [.accept: "image/*"]).status == 200)
    }
  }
}
