import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import FastCGI
@testable import JobsHTTP

extension FileAPITests {
  @Suite("Room for files")
  struct FileRoomTests {
    private func upload(_ size: Int, to service: OrderService, key: String? = nil, user: String? = nil) async -> Answer
    {
      var fields: HTTPFields = [:]
      fields[.idempotencyKey] = key
      return await service.upload([.file("photos", Sample.png(size))], fields, user: user)
    }

    @Test("ends with --files-limit: 507, and nothing is stored")
    func limit() async throws {
      let service = try OrderService(kinds: [.sheets], filesLimit: 1000)
      #expect(await upload(600, to: service).status == 202)
      let kept = service.storedFiles
      let answer = await upload(401, to: service)
      #expect((answer.status, answer.code) == (507, "no-room"))
      #expect(answer.body["detail"]?.text?.contains("--files-limit") == true)
      #expect(service.storedFiles == kept)
      #expect(await upload(400, to: service).status == 202)
      #expect(await upload(20, to: service).status == 507)
      #expect(service.storedFiles.count == 2)
    }

    @Test("is given back when a job is removed")
    func removed() async throws {
      let service = try OrderService(kinds: [.sheets], filesLimit: 1000)
      #expect(await upload(1000, to: service).status == 202)
      #expect(await upload(20, to: service).status == 507)
      #expect(await service.send(.delete, "/sheets/1/cancel").status == 204)
      #expect(await upload(20, to: service).status == 507)
      #expect(await service.send(.delete, "/sheets/1").status == 204)
      #expect(await upload(1000, to: service).status == 202)
    }

    @Test("is half for each user: 413 that tells the share; without users there are no shares")
    func share() async throws {
      let service = try OrderService(kinds: [.sheets], filesLimit: 2000)
      #expect(await upload(600, to: service, user: "anna").status == 202)
      let kept = service.storedFiles
      let answer = await upload(401, to: service, user: "anna")
      #expect((answer.status, answer.code) == (413, "body-too-large"))
      #expect(answer.body["detail"]?.text?.contains("1000 bytes") == true, "\(answer.text)")
      #expect(service.storedFiles == kept)
      #expect(await upload(400, to: service, user: "anna").status == 202)
      #expect(await upload(900, to: service, user: "bert").status == 202)
      #expect(await upload(101, to: service, user: "bert").status == 507)
      #expect(await upload(100, to: service, user: "bert").status == 202)
      let shared = try OrderService(kinds: [.sheets], filesLimit: 1000)
      #expect(await upload(900, to: shared).status == 202)
    }

    @Test("is counted with the files of results")
    func results() async throws {
      let service = try OrderService(kinds: [.sheets], filesLimit: 1000)
      #expect(await upload(100, to: service).status == 202)
      let tenure = try await service.claim(JobID(rawValue: 1), of: Kind.sheets.name)
      var end = JobEnd(tenure: tenure, outcome: .complete([]))
      end.files = [JobFile(name: "a", type: "image/png", size: 800, digest: "5e", stored: "x.1")]
      #expect(try await service.store.finish([end], at: .now) == [true])
      #expect(await upload(101, to: service).status == 507)
      #expect(await upload(100, to: service).status == 202)
    }

    @Test("is no reason to refuse a job without files")
    func without() async throws {
      let service = try OrderService(kinds: [.orders, .sheets, .notes], filesLimit: 100)
      #expect(await upload(100, to: service).status == 202)
      #expect(await service.post().status == 202)
      #expect(await service.upload([.field("a", "b")], to: "/notes").status == 202)
    }
  }
}
