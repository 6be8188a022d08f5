import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Kinds of work that files declare: `deploy/up --kinds`, `orders serve --kinds`, `orders kinds`.
  @Suite("Kind files")
  struct KindFileTests {
    private let kinds: KindFolder

    init() throws {
      kinds = try KindFolder()
    }

    private func orders(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
      try run(RunningService.binary, arguments)
    }

    @Test("declare kinds that routes, checks, OpenAPI, metrics and doctor know beside the built-in ones")
    func served() async throws {
      let service = try await RunningService.start(kinds: kinds.path)
      try await blocking { [kinds] in
        let client = service.client()
        let welcome = try client.send("GET", "/").json
        #expect(welcome["collections"] as? [String] == ["/orders", "/reports", "/echoes"])
        let words = (welcome["kinds"] as? [[String: String]])?.last
        #expect(words?["title"] == "Echoes")
        #expect(words?["description"] == "Answers with what was asked.")

        let refused = try client.send("POST", "/echoes", body: #"{"times":11,"more":1}"#)
        expectProblem(refused, 422, "invalid-echo")
        let pointers = (refused.json["errors"] as? [[String: Any]])?.compactMap { $0["pointer"] as? String }
        #expect(Set(pointers ?? []) == ["/text", "/times", "/more"])

        let accepted = try client.send("POST", "/echoes", body: #"{"text":"a"}"#)
        #expect(accepted.status == 202)
        #expect(accepted["location"] == "/echoes/1/status")
        let result = try client.send("GET", "/echoes/1/result", headers: ["Prefer": "wait=30"])
        #expect(result.status == 200)
        #expect(result.json["text"] as? String == "a")
        #expect(result.json["times"] as? Int == 1)
        #expect(try client.submit() == 2)

        let description = try client.send("GET", "/openapi.json").text
        for part in [#""/echoes/{id}/log""#, #""EchoInput""#, #""maximum":10"#] {
          #expect(description.contains(part), "OpenAPI lacks \(part)")
        }
        let metrics = try client.send("GET", "/metrics").text
        #expect(metrics.contains(#"orders_finished_total{kind="echo",status="complete"} 1"#))
        let doctor = try orders(
          "doctor", "--nginx-prefix", "\(service.data)/run/\(service.port)", "--store", "sqlite:\(service.database)")
        #expect(doctor.status == 0, "\(doctor.output)\(doctor.errors)")
        #expect(doctor.output.contains("1 kind file"))
        try kinds.write("b.yaml", "name: b\n")
        let faulty = try orders(
          "doctor", "--nginx-prefix", "\(service.data)/run/\(service.port)", "--store", "sqlite:\(service.database)")
        #expect(faulty.status == 1)
        #expect(faulty.output.contains("\(kinds.path)/b.yaml:1: kind-file: "), "\(faulty.output)")
      }
      try await service.stopsWell()
    }

    @Test("a rolling restart takes a changed file over, and does not begin where a file has a mistake")
    func changed() async throws {
      let service = try await RunningService.start(kinds: kinds.path)
      try await blocking { [kinds] in
        func roll() throws -> (status: Int32, output: String, errors: String) {
          try run(
            RunningService.repository + "/deploy/rolling-restart",
            ["--data", service.data, "--port", "\(service.port)", "--settle", "00"], within: .seconds(180))
        }
        func status(times: Int) throws -> Int {
          try service.client().send("POST", "/echoes", body: #"{"text":"a","times":\#(times)}"#).status
        }
        let first = Set(try service.responders())
        #expect(try status(times: 10) == 202)
        #expect(try status(times: 11) == 422)

        try kinds.write("echo.yaml", KindFolder.echo(most: 20))
        // Files are read at the start.
        #expect(try status(times: 11) == 422)
        let done = try roll()
        #expect(done.status == 0, "\(done.errors)")
        for _ in 0..<10 { #expect(try status(times: 20) == 202) }
        #expect(try status(times: 21) == 422)
        let second = Set(try service.responders())
        #expect(second.isDisjoint(with: first))
        // What was accepted before is still there.
        #expect(try service.client().send("GET", "/echoes/1/result", headers: ["Prefer": "wait=30"]).status == 200)

        try kinds.write("echo.yaml", KindFolder.echo(most: 20) + "limits: {time: soon}\n")
        let refused = try roll()
        #expect(refused.status == 69)
        #expect(
          refused.errors.contains("none was restarted: \(kinds.path)/echo.yaml:12: kind-file: "), "\(refused.errors)")
        #expect(Set(try service.responders()) == second)
      }
      try await service.stopsWell()
    }

    @Test("with mistakes keep deploy/up and a responder from starting, and each mistake is a line with its place")
    func mistakes() async throws {
      try await blocking { [kinds] in
        try kinds.write("b.yaml", "name: order\npath: b\nprogram: [./echo]\n")
        try kinds.write("c.yaml", "name: c\npath: metrics\nprogram: [./echo]\n")
        try kinds.write("d.yaml", "name: d\npath: d\nprogram: [./absent]\n")
        let folder = try TemporaryFolder()
        let said = [
          "\(kinds.path)/b.yaml:1: name: The service's kind order has order too.",
          "\(kinds.path)/c.yaml:2: path: The service itself has metrics too.", "\(kinds.path)/d.yaml:3: program",
        ]
        let data = folder.path + "/data"
        let up = try run(
          RunningService.repository + "/deploy/up",
          ["--no-build", "--port", "\(freePort())", "--data", data, "--kinds", kinds.path],
          environment: ["ORDERS_BINARY": RunningService.binary])
        #expect(up.status == 78)
        for line in said { #expect(up.errors.contains(line), "\(up.errors)") }
        #expect(!FileManager.default.fileExists(atPath: data))
        let serve = try orders(
          "serve", "--store", "sqlite:\(folder.path)/orders.sqlite", "--socket", folder.path + "/s", "--kinds",
          kinds.path)
        #expect(serve.status == 78)
        #expect(serve.errors.split(separator: "\n").count == 3, "\(serve.errors)")
        for line in said { #expect(serve.errors.contains(line), "\(serve.errors)") }
        #expect(serve.errors.contains("cannot serve"))
      }
    }

    @Test("of an empty folder are none: a responder starts without them, and deploy/up asks for one")
    func none() async throws {
      let empty = try TemporaryFolder()
      try await blocking {
        let check = try orders("kinds", "check", empty.path)
        #expect(check.status == 78)
        #expect(check.output == "\(empty.path): There is no kind file. Their names end in .yaml.\n")
        let serve = try orders(
          "serve", "--store", "sqlite:\(empty.path)/none/orders.sqlite", "--socket", empty.path + "/s", "--kinds",
          empty.path)
        // It got as far as its store.
        #expect(serve.status == 75, "\(serve.errors)")
      }
    }

    @Test("are as the README shows one: its file has no mistake, and its program counts the words of a text")
    func readme() async throws {
      let readme = try String(contentsOfFile: RunningService.repository + "/README.md", encoding: .utf8)
      func block(_ language: String) throws -> String {
        let start = try #require(readme.firstRange(of: "```\(language)\n")).upperBound
        let end = try #require(readme[start...].firstRange(of: "```")).lowerBound
        return String(readme[start..<end])
      }
      let folder = try TemporaryFolder()
      let (file, program) = (try block("yaml"), try block("python"))
      try await blocking {
        try file.write(toFile: folder.path + "/word-counts.yaml", atomically: false, encoding: .utf8)
        try program.write(toFile: folder.path + "/count", atomically: false, encoding: .utf8)
        chmod(folder.path + "/count", 0o755)
        let check = try orders("kinds", "check", folder.path)
        #expect(check.output == "1 kind: word-count\n")
      }
      let service = try await RunningService.start(kinds: folder.path)
      try await blocking {
        let client = service.client()
        let body = #"{"text":"two words\nand three more","least":4}"#
        #expect(try client.send("POST", "/word-counts", body: body).status == 202)
        let result = try client.send("GET", "/word-counts/1/result", headers: ["Prefer": "wait=30"])
        #expect(result.text == #"{"words": 3}"#)
        let status = try client.send("GET", "/word-counts/1/status")
        let progress = try #require(status.json["progress"] as? [String: Any])
        #expect(progress["step"] as? String == "count")
        #expect(progress["completed"] as? Int == 2)
      }
      try await service.stopsWell()
    }

    @Test("are checked and explained by orders kinds")
    func commands() async throws {
      try await blocking { [kinds] in
        let good = try orders("kinds", "check", kinds.path)
        #expect(good.status == 0)
        #expect(good.output == "1 kind: echo\n")
        let named = try orders("kinds", "show", "echo", "--kinds", kinds.path, "--service", "https://x.example/api/")
        #expect(named.status == 0)
        #expect(named.output.contains("curl -i https://x.example/api/echoes --json '{\"text\":"), "\(named.output)")
        let file = try orders("kinds", "show", kinds.path + "/echo.yaml")
        #expect(file.status == 0)
        #expect(file.output.contains("curl -i http://127.0.0.1:8080/echoes"))
        let unknown = try orders("kinds", "show", "ekko", "--kinds", kinds.path)
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("which have: echo"))
        #expect(try orders("kinds", "show", "echo").status == 64)

        try kinds.write("order.yaml", "name: order\npath: orders\nprogram: [./echo]\n")
        let taken = try orders("kinds", "check", kinds.path)
        #expect(taken.status == 78)
        #expect(taken.output.hasPrefix("\(kinds.path)/order.yaml:1: name: "))
        #expect(try orders("kinds", "check", "--no-builtin-kinds", kinds.path).status == 0)
        try kinds.write("order.yaml", "name: [a]\n")
        let wrong = try orders("kinds", "show", kinds.path + "/order.yaml")
        #expect(wrong.status == 78)
        #expect(wrong.output.contains("order.yaml:1: name: "))
        #expect(try orders("kinds", "show", "echo", "--kinds", kinds.path).status == 0)
      }
    }
  }
}
