import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The client commands for other kinds than orders, against the real service.
  @Suite("The terminal client, for any kind")
  struct KindClientTests {
    private let kinds: KindFolder
    private let folder: TemporaryFolder

    init() throws {
      kinds = try KindFolder()
      folder = try TemporaryFolder()
      try kinds.write(
        "note.yaml",
        """
        name: note
        path: notes
        title: Notes
        program: [./note]
        input:
          type: object
          properties:
            steps: {type: integer, default: 1}
            title: {type: string}
            tags: {type: array, items: {type: string}}
        files:
          text: {min: 1, max: 2, types: [text/plain]}
        result: {files: {text.txt: {types: [text/plain]}, size.json: {types: [application/json]}}}

        """)
      // Goes on when the file that it waits for is there: its own folder is at /kind.
      try kinds.write(
        "note",
        """
        #!/bin/sh
        steps=$(sed -n 's/.*"steps":\\([0-9]*\\).*/\\1/p' input.json)
        i=0
        while [ $i -lt "${steps:-1}" ]; do
          while [ "$i" -gt 0 ] && [ ! -e /kind/go ]; do sleep 0.05; done
          i=$((i + 1))
          echo "{\\"step\\":\\"read\\",\\"completed\\":$i,\\"total\\":${steps:-1}}" >&3
          echo "step $i" >&2
        done
        cat in/text/* >out/text.txt
        echo "{\\"bytes\\":$(cat in/text/* | wc -c)}" >out/size.json

        """)
      chmod(kinds.path + "/note", 0o755)
      try "rent per month\n".write(toFile: text, atomically: false, encoding: .utf8)
    }

    private var text: String { folder.path + "/a.txt" }

    private func go() throws { try kinds.write("go", "") }

    @Test("submits files and properties, lists, watches, fetches results and logs, and removes")
    func life() async throws {
      let service = try await RunningService.start(processes: 2, kinds: kinds.path)
      try await blocking {
        let client = TerminalClient(service)
        let listed = "orders\tOrders\nreports\tReports\nechoes\tEchoes\nnotes\tNotes\n"
        #expect(try client("kinds", "list").output == listed)
        try go()
        let submitted = try client(
          "submit", "notes", "--file", "text=\(text)", "--file", "text=\(text)", "--set", "steps=3", "--set",
          "title=a\tb",
          "--input", #"{"tags":["x"]}"#, "--watch")
        #expect(submitted.status == 0 && submitted.errors.isEmpty, "\(submitted)")
        let id = try #require(submitted.lines.first)
        #expect(submitted.lines.last == "\(id) complete 100%")
        let list = try client("list", "notes")
        let cells = list.output.dropLast().split(separator: "\t").map(String.init)
        #expect(
          cells.prefix(3) == [id, "complete", "100%"] && Set(cells.suffix(2)) == ["steps=3", #"title=a\u0009b"#])
        #expect(cells.count == 6 && cells[3].wholeMatch(of: /[0-9-]{10}T[0-9:.]{12}Z/) != nil, "\(list.output)")
        #expect(try client("watch", "notes/\(id)").output == "\(id) complete 100%\n")
        #expect(try client("log", "notes/\(id)").output == "step 1\nstep 2\nstep 3\n")
        let files = try client("result", "notes/\(id)").output
        #expect(files.contains(#""name":"text.txt""#))
        #expect(try client("result", "notes/\(id)", "--file", "text.txt").output == "rent per month\nrent per month\n")
        let path = folder.path + "/size.json"
        #expect(try client("result", "notes/\(id)", "--file", "size.json", "-o", path).status == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"bytes\":30}\n")
        #expect(try client("result", "notes/\(id)", "--file", "other").status == 5)
        #expect(try client("list", "notes", "--status", "failed").output.isEmpty)
        let page = try client("list", "notes", "--json")
        #expect(page.output == "\(try service.client().send("GET", "/notes").text)\n")
        #expect(try client("remove", "notes/\(id)").output == "\(id) removed\n")
        #expect(try client("remove", "notes/\(id)").status == 5)
        #expect(try client("list", "notes").output.isEmpty)
        let none = try client("list", "sheets")
        #expect(none.status == 5 && none.errors.contains("no kind of work with the path sheets"), "\(none)")
        #expect(try client("watch", "sheets").status == 5)
      }
      try await service.stopsWell()
    }

    @Test("sends a property of a kind without files as JSON, of the type that the kind says")
    func properties() async throws {
      let service = try await RunningService.start(processes: 1, kinds: kinds.path)
      try await blocking {
        let client = TerminalClient(service)
        let echo = try client("submit", "echoes", "--set", "text=12", "--set", "times=2", "--wait", "30s")
        #expect(echo.status == 0, "\(echo)")
        let id = try #require(echo.lines.first)
        #expect(try client("result", "echoes/\(id)").output == #"{"text":"12","times":2}"#)
        let refused = try client("submit", "echoes", "--set", "times=many", "--set", "text=x")
        #expect(refused.status == 8 && refused.errors.contains("/times"), "\(refused)")
        #expect(try client("submit", "sheets", "--set", "a=b").status == 5)
        let removed = try client("remove", "echoes/\(id)")
        #expect(removed.status == 8 && removed.errors.contains("its kind takes no files"), "\(removed)")
      }
      try await service.stopsWell()
    }

    @Test("watches a whole kind: what has not ended, and what is new, until it is interrupted")
    func wholeKind() async throws {
      let service = try await RunningService.start(processes: 2, kinds: kinds.path)
      try await blocking {
        let client = TerminalClient(service)
        let note = ["submit", "notes", "--file", "text=\(text)", "--set", "steps=2"]
        let first = try #require(try client(note).lines.first)
        try patiently("it runs") { try client("status", "notes/\(first)").output.contains("running") }
        let output = folder.path + "/watched"
        let watch = try client.start(["watch", "notes"], output: output)
        defer { if watch.isRunning { kill(watch.processIdentifier, SIGKILL) } }
        func said() -> [String] {
          ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        }
        try patiently("the first is told of") { said().contains { $0.hasPrefix("\(first) running") } }
        let screen = try Screen(client, ["watch", "notes"], columns: 80, rows: 12)
        try patiently("it has a bar") { try screen.lines().contains { $0.hasPrefix("\(first)  running ") } }
        let second = try #require(try client(note).lines.first)
        try patiently("so has a new one") { try screen.lines().contains { $0.hasPrefix("\(second)  running ") } }
        let early = try client("remove", "notes/\(second)")
        #expect(early.status == 7 && !early.errors.contains("--wait"), "\(early)")
        try go()
        for id in [first, second] {
          try patiently("the end of each is told of") { said().contains("\(id) complete 100%") }
        }
        try patiently("nothing is left") {
          let lines = try screen.lines()
          return lines.last == "no job waits or runs (interrupt to stop)"
            && lines.dropLast().filter { $0.contains(" complete ") && $0.hasSuffix(" 100%") }.count == 2
        }
        try screen.press("C-c")
        try patiently("it ends") { try screen.lines().contains { $0.hasSuffix("exit=130") } }
        #expect(watch.isRunning)
        watch.interrupt()
        watch.waitUntilExit()
      }
      try await service.stopsWell()
    }

    @Test("shows a bar while it sends a file, in a terminal alone, and takes it away")
    func upload() async throws {
      let big = folder.path + "/big.bin"
      _ = FileManager.default.createFile(atPath: big, contents: nil)
      #expect(truncate(big, 64_000_000) == 0)
      let open = folder.path + "/open"
      let server = try SocketServer { connection in
        // Takes nothing until it may: what is under way then is far less than the file.
        while !FileManager.default.fileExists(atPath: open) { usleep(10_000) }
        guard try connection.request() != nil else { return }
        connection.write(CannedServer.answer("202 Accepted", "application/json", #"{"id":3}"#))
      }
      try await blocking {
        let client = TerminalClient(port: server.port)
        let submit = ["submit", "sheets", "--file", "photos=\(big)"]
        let screen = try Screen(client, submit, columns: 80, rows: 10)
        try patiently("the bar is there") {
          try screen.lines().contains { $0.hasPrefix("sending  ") && $0.contains(" MB of 64.0 MB") }
        }
        let narrow = try Screen(client, submit, columns: 30, rows: 10)
        try patiently("it fits") { try narrow.lines().contains { $0.hasPrefix("sending  ") } }
        #expect(try narrow.lines().count == 1)
        _ = FileManager.default.createFile(atPath: open, contents: nil)
        for screen in [screen, narrow] {
          try patiently("it ends") { try screen.lines().contains("exit=0") }
          #expect(try screen.lines() == ["3", "exit=0"])
        }
        let piped = try client(submit)
        #expect(piped.output == "3\n" && piped.errors.isEmpty)
      }
      #expect(server.requests.allSatisfy { $0.body.count > 64_000_000 })
    }

    @Test("asks below the path of its service, for whatever it wants")
    func basePath() async throws {
      let echo = CannedServer.answer("404 Not Found", "text/html", "<html>")
      let server = try CannedServer(.answers([echo]))
      try await blocking {
        for (arguments, target) in [
          (["list", "sheets"], "GET /api/v1/sheets "),
          (["search", "scans", "a", #""b c""#], "GET /api/v1/scans?q=a%20%22b%20c%22 "),
          (["status", "3"], "GET /api/v1/orders/3/status "), (["watch", "sheets"], "GET /api/v1/sheets?limit=1 "),
          (["status", "/api/v1/sheets/3/status"], "GET /api/v1/sheets/3/status "),
          (["cancel", "sheets/3"], "DELETE /api/v1/sheets/3/cancel "),
          (["remove", "sheets/3"], "DELETE /api/v1/sheets/3 "),
          (["result", "scans/3", "--file", "text.txt"], "GET /api/v1/scans/3/result/text.txt "),
          (["log", "sheets/3"], "GET /api/v1/sheets/3/log "), (["kinds", "list"], "GET /api/v1/ "),
          (["submit", "sheets", "--set", "a=b"], "GET /api/v1/openapi.json "),
          (["submit", "sheets", "--input", "{}"], "POST /api/v1/sheets "),
        ] {
          let url = "http://127.0.0.1:\(server.port)/api/v1/"
          let answer = try run(
            RunningService.binary, arguments + ["--url", url], environment: TerminalClient(port: server.port).variables)
          #expect(answer.status == 76, "\(arguments): \(answer)")
          #expect(server.requests.last?.hasPrefix(target) == true, "\(arguments): \(server.requests.last ?? "")")
        }
      }
    }

    @Test("writes a result to its file once all of it has come, and leaves what is there otherwise")
    func output() async throws {
      let whole = CannedServer.answer("200 OK", "image/jpeg", "whole")
      let half = whole.replacing("Content-Length: 5", with: "Content-Length: 50")
      try await blocking {
        let server = try CannedServer(.answers([whole, half, whole]))
        let orders = TerminalClient(port: server.port)
        let path = folder.path + "/out/sheet.jpg"
        try FileManager.default.createDirectory(atPath: folder.path + "/out", withIntermediateDirectories: true)
        #expect(try orders("result", "sheets/3", "-o", path).status == 0)
        let broken = try orders("result", "sheets/3", "-o", path)
        #expect(broken.status == 69 && broken.errors.contains("the connection broke"), "\(broken)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out") == ["sheet.jpg"])
        #expect(try orders("result", "sheets/3", "-o", "/dev/stdout").output == "whole")
        let nowhere = try orders("result", "sheets/3", "-o", folder.path + "/none/sheet.jpg")
        #expect(nowhere.status == 1 && nowhere.errors.contains("No such file"), "\(nowhere)")
      }
    }

    @Test("prints what a search has found, page after page")
    func search() async throws {
      let one = #"{"id":3,"status":"complete","language":"eng","snippet":"the rent\nper month","page":12}"#
      let two = #"{"id":7,"status":"complete","snippet":"no rent","page":1}"#
      let plain = #"{"id":7,"status":"complete"}"#
      try await blocking {
        func page(_ items: String, _ more: String = "") -> String {
          CannedServer.answer("200 OK", "application/json", #"{"scans":[\#(items)]\#(more)}"#)
        }
        let server = try CannedServer(
          .answers([page(one, #","next":"/scans?q=rent&limit=1000&after=x""#), page(two), page(one), page(plain)]))
        let client = TerminalClient(port: server.port)
        #expect(try client("search", "--all", "scans", "rent").output == "3\t12\tthe rent per month\n7\t1\tno rent\n")
        #expect(
          server.requests.map { $0.split(separator: "\r\n").first } == [
            "GET /scans?q=rent&limit=1000 HTTP/1.1", "GET /scans?q=rent&limit=1000&after=x HTTP/1.1",
          ])
        #expect(try client("search", "scans", "rent", "--json").output == #"{"scans":[\#(one)]}"# + "\n")
        let unable = try client("search", "scans", "rent")
        #expect(unable.status == 8 && unable.errors == "orders: scans can't be searched\n")
      }
    }

    @Test("bash completes kinds and jobs of the service, and nothing where none answers")
    func completion() async throws {
      let service = try await RunningService.start(processes: 1, kinds: kinds.path)
      try await blocking {
        let client = TerminalClient(service)
        let ids = try (0..<2).map { number in
          try #require(try client("submit", "echoes", "--set", "text=\(number)", "--wait", "30s").lines.first)
        }
        let shell = try Completion(folder)
        func offered(_ client: TerminalClient, _ words: String...) throws -> Set<String> {
          try shell.offered(words, environment: client.variables)
        }
        for command in ["submit", "list", "search"] {
          #expect(try offered(client, command, "") == ["orders", "reports", "echoes", "notes"], "\(command)")
        }
        #expect(try offered(client, "list", "ec") == ["echoes"])
        #expect(try offered(client, "watch", "ec") == ["echoes", "echoes/"])
        let jobs = Set(ids.map { "echoes/\($0)" })
        for command in ["watch", "status", "cancel", "result", "log", "remove"] {
          #expect(try offered(client, command, "echoes/") == jobs, "\(command)")
        }
        #expect(try offered(client, "status", "") == jobs)
        #expect(try offered(client, "submit", "--amount", "1", "") == [])
        var elsewhere = TerminalClient(port: freePort())
        #expect(try offered(elsewhere, "list", "") == [])
        elsewhere.environment["ORDERS_URL"] = "no address"
        #expect(try offered(elsewhere, "list", "") == [])
        // Bash divides an address at its colons.
        let asked = ["watch", "--url", "http", ":", "//127.0.0.1", ":", "\(service.port)", "echoes/"]
        #expect(try shell.offered(asked, environment: elsewhere.variables) == jobs)
      }
      try await service.stopsWell()
    }
  }
}
