import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Files that programs leave, through nginx and two responders.
  @Suite("Files of results")
  struct ResultFileTests {
    private let kinds: TemporaryFolder

    init() throws {
      kinds = try TemporaryFolder()
      chmod(kinds.path, 0o755)
      try write(
        "summary.yaml",
        """
        name: summary
        path: summaries
        program: [./summary]
        input: {type: object, properties: {rows: {type: integer, default: 2}}}
        result: {files: {rows.csv: {types: [text/csv]}, page.html: {types: [text/html]}, plot.pdf: {types: [application/pdf]}}}

        """)
      try write(
        "summary",
        """
        #!/bin/sh
        rows=$(tr -dc 0-9)
        i=0
        while [ $i -lt "$rows" ]; do i=$((i + 1)); echo "row,$i"; done >out/rows.csv
        echo '<p>äöü</p>' >out/page.html
        printf '%%PDF-1.7' >out/plot.pdf

        """)
      try write("shot.yaml", "name: shot\npath: shots\nprogram: [./shot]\nresult: {file: shot, types: [image/png]}\n")
      try write("shot", "#!/bin/sh\nprintf '\\211PNG\\r\\n\\032\\nxy' >out/shot\n")
      for program in ["summary", "shot"] { chmod(kinds.path + "/" + program, 0o755) }
    }

    private func write(_ name: String, _ text: String) throws {
      try text.write(toFile: kinds.path + "/" + name, atomically: false, encoding: .utf8)
    }

    @Test("come by nginx with their types, ranges and safe fields; one alone is the result itself")
    func sent() async throws {
      let service = try await RunningService.start(kinds: kinds.path)
      try await blocking {
        let client = service.client()
        for target in ["/summaries", "/shots"] {
          let posted = try client.send("POST", target, headers: ["Prefer": "wait=30"], body: "{}")
          #expect(posted.status == 201)
        }
        let list = try Data(client.send("GET", "/summaries/1/result").body)
        let files = try #require(try JSONSerialization.jsonObject(with: list) as? [[String: Any]])
        #expect(files.map { $0["name"] as? String } == ["rows.csv", "page.html", "plot.pdf"])
        #expect(files.map { $0["size"] as? Int } == [12, 14, 8])
        let digest = "d824780456b82efd5fc8c8f2880cff10f67be36e216e774dfb4b02062996bdf1"
        #expect(files[0]["sha256"] as? String == digest)

        let rows = try client.send("GET", "/summaries/1/result/rows.csv")
        #expect(rows.status == 200 && rows.text == "row,1\nrow,2\n")
        #expect(rows["content-type"] == "text/csv; charset=utf-8")
        #expect(rows["content-disposition"] == "attachment; filename*=UTF-8''rows.csv")
        #expect(rows["x-content-type-options"] == "nosniff")
        #expect(rows["content-security-policy"]?.hasPrefix("sandbox") == true)
        let tag = try #require(rows["etag"])
        let again = try client.send("GET", "/summaries/1/result/rows.csv", headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        let part = try client.send("GET", "/summaries/1/result/rows.csv", headers: ["Range": "bytes=6-9"])
        #expect(part.status == 206 && part.text == "row,")
        let head = try client.send("HEAD", "/summaries/1/result/rows.csv")
        #expect(head.status == 200 && head["content-length"] == "12" && head.text.isEmpty)

        let page = try client.send("GET", "/summaries/1/result/page.html")
        #expect(page["content-disposition"]?.hasPrefix("attachment") == true && page.text == "<p>äöü</p>\n")
        let plot = try client.send("GET", "/summaries/1/result/plot.pdf")
        #expect(plot["content-disposition"]?.hasPrefix("inline") == true && plot["content-security-policy"] == nil)

        let shot = try client.send("GET", "/shots/2/result")
        #expect(shot["content-type"] == "image/png" && shot.body.count == 10)
        let refused = try client.send("GET", "/shots/2/result", headers: ["Accept": "application/json"])
        expectProblem(refused, 406, "not-acceptable")
        for target in ["/summaries/1/result/other", "/shots/1/result", "/.files/x", "/summaries/9/result/rows.csv"] {
          #expect(try client.send("GET", target).status == 404, "\(target)")
        }
      }
      try await service.stopsWell()
    }

    @Test("that a full disk doesn't take are left out whole, and their job completes when there is room")
    func full() async throws {
      try write("blob.yaml", "name: blob\npath: blobs\nprogram: [./blob]\nresult: {file: blob, types: [text/plain]}\n")
      try write("blob", "#!/bin/sh\nhead -c 8000000 /dev/zero >out/blob\n")
      chmod(kinds.path + "/blob", 0o755)
      try await SmallDisk.mounted(megabytes: 32) { [kinds] disk in
        let service = try await RunningService.start(folder: disk.folder, kinds: kinds.path)
        try await blocking {
          let client = service.client()
          let files = service.database + "-files"
          func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: files) }
          let shot = try client.send("POST", "/shots", headers: ["Prefer": "wait=30"], body: "{}")
          #expect(shot.status == 201)
          let before = try names()
          // For the store itself there is room.
          try disk.fill(leaving: 4 << 20)
          #expect(try client.send("POST", "/blobs", body: "{}").status == 202)
          try patiently("it is told") {
            try client.send("GET", "/healthz").text.contains(#""code":"files-unavailable","kind":"blob","job":2"#)
          }
          try patiently("nothing of it is left") { try names() == before }
          let status = try client.send("GET", "/blobs/2/status").json
          #expect(["started", "running"].contains(status["status"] as? String))
          try disk.empty()
          let result = try client.send("GET", "/blobs/2/result", headers: ["Prefer": "wait=50"])
          #expect(result.status == 200 && result.body.count == 8_000_000)
          #expect(try client.send("GET", "/blobs/2/status").json["attempt"] as? Int == 1)
          #expect(try names().count == before.count + 1)
        }
        try await service.stopsWell()
      }
    }

    @Test("are in a backup, in what check looks at, and in what restore puts back")
    func backup() async throws {
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(folder: folder, kinds: kinds.path)
      let store = "sqlite:" + service.database
      try await blocking {
        let client = service.client()
        let posted = try client.send("POST", "/summaries", headers: ["Prefer": "wait=30"], body: #"{"rows":3}"#)
        #expect(posted.status == 201)
      }
      let copy = folder.path + "/copy"
      try await blocking {
        let backup = try run(RunningService.binary, ["backup", "--store", store, copy])
        #expect(backup.status == 0, "\(backup.errors)")
      }
      try await service.stopsWell()
      try await blocking {
        // Another file of that name: a backup on the same file system has the same file.
        let files = service.database + "-files"
        for name in try FileManager.default.contentsOfDirectory(atPath: files) {
          unlink(files + "/" + name)
        }
        let damaged = try run(RunningService.binary, ["check", "--store", store])
        #expect(damaged.status == 1)
        #expect(damaged.output.contains("the file rows.csv of job 1 is missing"))
        let restored = try run(RunningService.binary, ["restore", copy, "--store", store])
        #expect(restored.status == 0, "\(restored.errors)")
        let check = try run(RunningService.binary, ["check", "--store", store])
        #expect(check.status == 0 && check.output.contains("3 files of results"), "\(check.output)")
        let beside = try FileManager.default.contentsOfDirectory(atPath: service.data).filter { $0.contains("before") }
        #expect(Set(beside) == ["orders.sqlite.before-restore-1", "orders.sqlite.before-restore-1-files"])
      }
      let again = try await RunningService.start(folder: folder, kinds: kinds.path)
      try await blocking {
        let rows = try again.client().send("GET", "/summaries/1/result/rows.csv")
        #expect(rows.text == "row,1\nrow,2\nrow,3\n")
      }
      try await again.stopsWell()
    }
  }
}
