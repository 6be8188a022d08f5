import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Backup and check")
  struct BackupTests {
    private static let binary = RunningService.binary

    @Test("a copy made under load is whole, has what was accepted before, and is served on as a store of its own")
    func underLoad() async throws {
      let service = try await RunningService.start(options: ["--pace", "150ms"])
      let folder = try TemporaryFolder()
      let copy = folder.path + "/data/orders.sqlite"
      try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: false)
      let (before, loads) = try await beside(4) { goesOn in
        service.load(while: goesOn, pause: 0.005)
      } _: {
        let client = service.client()
        let ids = try (1...40).map { _ in try client.submit(products: 20) }
        try patiently("some run") { try ids.contains { try client.status($0) == "running" } }
        let tag = try #require(try client.send("GET", "/orders/\(ids[0])")["etag"])
        chmod(service.database, 0o600)
        let backup = try run(Self.binary, ["backup", "--store", "sqlite:" + service.database, copy])
        #expect(backup.status == 0, "\(backup.errors)")
        for store in [service.database, copy] {
          let check = try run(Self.binary, ["check", "--store", "sqlite:" + store])
          #expect(check.status == 0, "\(check.output) \(check.errors)")
          #expect(check.output.hasSuffix("ok\n"))
        }
        return (ids: ids, tag: tag)
      }
      #expect(loads.allSatisfy { $0.count > 10 })
      #expect(!FileManager.default.fileExists(atPath: copy + ".part"))
      // Who may not read the store may not read its copy.
      for store in [service.database, copy] {
        #expect(try FileManager.default.attributesOfItem(atPath: store)[.posixPermissions] as? Int == 0o600)
      }
      // What ran waits in the copy, and what no process has is nobody's.
      let inCopy = try rows(of: "SELECT count(*) FROM job WHERE status = 'running' OR member IS NOT NULL", in: copy)
      #expect(inCopy == ["0"])

      let restored = try await RunningService.start(folder: folder)
      try await blocking {
        let client = restored.client()
        for id in before.ids {
          let end = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=30"])
          #expect(end.json["status"] as? String == "complete")
          #expect(end.json["attempt"] as? Int == 1)
        }
        let tag = try #require(try client.send("GET", "/orders/\(before.ids[0])")["etag"])
        #expect(tag.split(separator: "-")[0] != before.tag.split(separator: "-")[0])
        // An old tag fits nothing, even where its number would.
        let old = try client.send("GET", "/orders/\(before.ids[0])", headers: ["If-None-Match": before.tag])
        #expect(old.status == 200)
        try patiently("everything in the copy completes") {
          try rows(of: "SELECT count(*) FROM job WHERE status <> 'complete'", in: restored.database) == ["0"]
        }
        // The first service goes on where it was.
        let untouched = try #require(try service.client().send("GET", "/orders/\(before.ids[0])")["etag"])
        #expect(untouched.split(separator: "-")[0] == before.tag.split(separator: "-")[0])
      }
      try await restored.stopsWell()
      try await service.stopsWell()
    }

    @Test("what can't be done says why by its exit status, and leaves files as they are")
    func refusals() async throws {
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(processes: 1)
      try await blocking {
        let there = folder.path + "/there"
        let letter = Data("Dear reader,".utf8)
        try letter.write(to: URL(filePath: there))
        let store = "sqlite:" + service.database
        let existing = try run(Self.binary, ["backup", "--store", store, there])
        #expect(existing.status == EX_CANTCREAT)
        #expect(existing.errors.contains("there already"))
        let untouched = try Data(contentsOf: URL(filePath: there))
        #expect(untouched == letter)

        for (source, what) in [(there, "a letter"), (folder.path + "/nowhere", "nothing")] {
          let check = try run(Self.binary, ["check", "--store", "sqlite:" + source])
          #expect(check.status == EX_CONFIG, "\(what)")
          #expect(!check.errors.isEmpty)
          let backup = try run(Self.binary, ["backup", "--store", "sqlite:" + source, folder.path + "/copy"])
          #expect(backup.status == EX_CONFIG, "backup of \(what): \(backup.errors)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["there"])
        let homeless = try run(Self.binary, ["backup", "--store", store, folder.path + "/no/copy"])
        #expect(homeless.status != 0)
        #expect(!homeless.errors.isEmpty)
      }
      try await service.stopsWell()
    }
  }
}
