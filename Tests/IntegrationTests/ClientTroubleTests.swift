import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The client commands against servers that are away, slow or wrong.
  @Suite("The terminal client, where something is wrong")
  struct ClientTroubleTests {
    private static let commands = [
      ["submit", "--amount", "1", "x"], ["list"], ["status", "1"], ["watch", "1"], ["cancel", "1"], ["result", "1"],
      ["log", "sheets/1"], ["submit", "sheets", "--set", "width=1"], ["list", "sheets"], ["search", "scans", "x"],
      ["watch", "sheets"], ["watch", "sheets/1"], ["remove", "sheets/1"], ["kinds", "list"],
    ]

    /// Every command against one server: its exit status, and one line that says these words.
    private func everyCommand(
      at port: Int, _ status: Int32, _ words: String..., at location: SourceLocation = #_sourceLocation
    ) async throws {
      let answers = try await concurrently(Self.commands.count) { number in
        try run(
          RunningService.binary, Self.commands[number] + ["--timeout", "1s"],
          environment: TerminalClient(port: port).variables)
      }
      for (command, answer) in zip(Self.commands, answers) {
        #expect(answer.status == status, "\(command): \(answer.errors)", sourceLocation: location)
        #expect(answer.output.isEmpty, sourceLocation: location)
        #expect(answer.errors.hasPrefix("orders: "), sourceLocation: location)
        #expect(answer.errors.split(separator: "\n").count == 1, "\(answer.errors)", sourceLocation: location)
        for word in words { #expect(answer.errors.contains(word), "\(answer.errors)", sourceLocation: location) }
      }
    }

    @Test("nobody there: says how to start one, or to look elsewhere")
    func away() async throws {
      let port = freePort()
      try await everyCommand(at: port, 69, "nothing answers at http://127.0.0.1:\(port)", "deploy/up", "ORDERS_URL")
      let nowhere = try await blocking {
        try run(RunningService.binary, ["list", "--url", "https://orders.invalid"], environment: ["http_proxy": ""])
      }
      #expect(nowhere.status == 69)
      #expect(nowhere.errors.contains("no such host"))
    }

    @Test("an address may be one of IPv6, written in brackets")
    func literal() async throws {
      let server = try SocketServer("::1") { connection in
        while try connection.request() != nil {
          connection.write(CannedServer.answer("200 OK", "application/json", #"{"orders":[]}"#))
        }
      }
      try await blocking {
        let listed = try run(RunningService.binary, ["list", "--url", "http://[::1]:\(server.port)"], environment: [:])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(server.requests.first?["host"] == ["[::1]:\(server.port)"])
        let nobody = "http://[::1]:\(freePort())"
        let away = try run(RunningService.binary, ["list", "--url", nobody], environment: [:])
        #expect(away.status == 69)
        #expect(away.errors.contains("nothing answers at \(nobody)"), "\(away.errors)")
      }
    }

    @Test("one that takes a request and says nothing: gives up in time, and says how to wait longer")
    func slow() async throws {
      let server = try CannedServer(.isSilent)
      try await everyCommand(at: server.port, 69, "does not answer within 1 s", "--timeout")
    }

    @Test("one that hangs up: says so")
    func hangUp() async throws {
      let server = try CannedServer(.hangsUp)
      try await everyCommand(at: server.port, 69, "the connection broke")
    }

    @Test(
      "another kind of server: says that this is none of ours",
      arguments: [
        CannedServer.answer("200 OK", "text/html", "<html>"),
        CannedServer.answer("404 Not Found", "text/html", "<html>"),
        CannedServer.answer("200 OK", "application/json", #"{"hello":"\u001b[2J"}"#),
        CannedServer.answer("204 No Content", "text/plain", "").replacing("204 No Content", with: "202 Accepted"),
        CannedServer.answer("404 Not Found", "application/problem+json", #"{"type":"about:blank"}"#),
        CannedServer.answer("302 Found", "text/plain", "", "Location: http://127.0.0.1:1/"), "SSH-2.0-OpenSSH_9.2\r\n",
      ])
    func foreign(_ answer: String) async throws {
      let server = try CannedServer(.answers([answer]))
      try await everyCommand(at: server.port, 76, "answers, but not as a job service", "ORDERS_URL")
    }

    @Test("a web server without the service behind it, one that is busy, one with a fault, one that wants a login")
    func problems() async throws {
      for (answer, status, word) in [
        (CannedServer.problem(502, "service-unavailable"), 69, "responders running"),
        (CannedServer.answer("503 Unavailable", "text/html", "<html>"), 69, "behind it"),
        (CannedServer.problem(503, "busy", "Retry-After: 7"), 75, "Try again in 7 s"),
        (CannedServer.problem(429, "too-many-requests", "Retry-After: 1"), 75, "Try again in 1 s"),
        (CannedServer.problem(500, "internal-error"), 1, "Its log"),
        (CannedServer.problem(401, "unauthorized", #"WWW-Authenticate: Basic realm="x""#), 77, "set ORDERS_USER"),
        (
          CannedServer.answer("401 No", "text/html", "<html>", #"WWW-Authenticate: Basic realm="x""#), 77, "ORDERS_USER"
        ),
      ] as [(String, Int32, String)] {
        let server = try CannedServer(.answers([answer]))
        try await everyCommand(at: server.port, status, word)
      }
    }

    @Test("a server that never stops: a refused stream's body, an answer and a line of a stream are read to a limit")
    func endless() async throws {
      let status = #"{"id":1,"status":"running","progress":{"percent":0,"completed":0,"total":1}}"#
      let document = CannedServer.answer("200 OK", "application/json", status)
      for (first, rest) in [
        (CannedServer.head("503 Unavailable", "application/problem+json"), [document]),
        (CannedServer.head("200 OK", "text/event-stream") + "data: ", [document]),
        (CannedServer.head("404 Not Found", "application/problem+json"), []),
      ] {
        let server = try CannedServer(.answersForEver(rest, then: first))
        try await blocking {
          let watch = try TerminalClient(port: server.port)("watch", "1")
          #expect(watch.status == 76, "\(watch.errors)")
          #expect(watch.errors.contains("sends more than a job service would"), "\(watch.errors)")
        }
        // 1 MiB is read, or of a stream up to 16 MiB; the rest comes before the process has ended.
        #expect(server.sent < 64 << 20, "\(server.sent)")
      }
    }

    @Test(
      "a login goes to the origin of ORDERS_URL alone: not where --url names another, nor where a redirection leads")
    func origins() async throws {
      let other = try CannedServer(.answers([CannedServer.problem(401, "unauthorized", #"WWW-Authenticate: Basic"#)]))
      let moved = CannedServer.answer("307 Moved", "text/plain", "", "Location: http://127.0.0.1:\(other.port)/orders")
      let home = try CannedServer(.answers([moved]))
      try await blocking {
        for login in [["ORDERS_TOKEN": "secret-token"], ["ORDERS_USER": "ann", "ORDERS_PASSWORD": "secret-word"]] {
          var orders = TerminalClient(port: home.port)
          orders.environment = login
          for command in Self.commands {
            let answer = try orders(command + ["--url", "http://127.0.0.1:\(other.port)"])
            #expect(answer.status == 77, "\(answer.errors)")
            #expect(answer.errors.contains("is for http://127.0.0.1:\(home.port): set ORDERS_URL"), "\(answer.errors)")
            #expect(try orders(command).status == 76)
          }
        }
      }
      #expect(other.requests.count >= Self.commands.count)
      #expect(other.requests.allSatisfy { !$0.lowercased().contains("authorization:") })
      #expect(home.requests.allSatisfy { $0.lowercased().contains("authorization:") })
    }

    @Test("plain HTTP to another machine is refused before anything is sent, and one to this machine takes no proxy")
    func plain() async throws {
      let proxy = try CannedServer(.answers([CannedServer.answer("200 OK", "application/json", #"{"orders":[]}"#)]))
      let variables = [
        "http_proxy": "http://127.0.0.1:\(proxy.port)", "all_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "",
      ]
      try await blocking {
        for command in Self.commands {
          let arguments = command + ["--url", "http://orders.invalid"]
          let refused = try run(RunningService.binary, arguments, environment: variables)
          #expect(refused.status == 64)
          #expect(refused.errors.contains("--insecure-http"), "\(refused.errors)")
        }
        let local = try run(
          RunningService.binary, ["list", "--url", "http://127.0.0.1:\(freePort())"], environment: variables)
        #expect(local.status == 69, "\(local.errors)")
        #expect(proxy.requests.isEmpty)
        let told = ["list", "--url", "http://orders.invalid", "--insecure-http"]
        #expect(try run(RunningService.binary, told, environment: variables).status == 0)
        #expect(proxy.requests.count == 1)
      }
    }

    @Test("an answer that is lost: a submission is sent again under the same key, and may be repeated by hand")
    func lost() async throws {
      try await blocking {
        let accepted = CannedServer.answer("202 Accepted", "application/json", #"{"id":3}"#)
        let lost = CannedServer.problem(502, "service-unavailable")
        let server = try CannedServer(.answers([lost, lost, accepted]))
        let answer = try TerminalClient(port: server.port)("submit", "--amount", "19.90", "x")
        #expect(answer.output == "3\n")
        #expect(server.requests.count == 3)
        let keys = Set(
          server.requests.compactMap { $0.firstMatch(of: /Idempotency-Key: (.+)\r\n/).map { String($0.1) } })
        #expect(keys.count == 1)
        #expect(server.requests.allSatisfy { $0.hasSuffix(#"{"products":["x"],"amount":19.90}"#) })

        let never = try CannedServer(.answers([lost]))
        let failure = try TerminalClient(port: never.port)("submit", "--amount", "1", "--key", "k-1", "x")
        #expect(failure.status == 69)
        #expect(never.requests.count == 3)
        #expect(failure.errors.contains("--key k-1"))
        // What was refused is not tried again.
        let busy = try CannedServer(.answers([CannedServer.problem(503, "busy")]))
        _ = try TerminalClient(port: busy.port)("submit", "--amount", "1", "x")
        #expect(busy.requests.count == 1)
      }
    }

    @Test("a watch whose service goes away says so once, asks again from where it was, and says when it is back")
    func resumed() async throws {
      func status(_ word: String, _ percent: Int) -> String {
        #"{"id":3,"status":"\#(word)","progress":{"percent":\#(percent),"step":"save","completed":1,"total":2}}"#
      }
      func document(_ word: String, _ percent: Int) -> String {
        CannedServer.answer("200 OK", "application/json", status(word, percent))
      }
      func events(_ text: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
      }
      let away = CannedServer.answer("502 Bad Gateway", "text/html", "<html>")
      let server = try CannedServer(
        .answers([
          document("running", 10), events("retry: 10\nid: s-7\ndata: \(status("running", 50))\n\nid: s-9\ndata: half"),
          away, away, document("running", 60), events("id: s-12\ndata: \(status("complete", 100))\n\n"),
        ]))
      try await blocking {
        let watch = try TerminalClient(port: server.port)("watch", "3")
        #expect(watch.status == 0, "\(watch.errors)")
        #expect(
          watch.output == "3 running 10% save 1/2\n3 running 50% save 1/2\n3 running 60% save 1/2\n3 complete 100%\n")
        let streams = server.requests.filter { $0.hasPrefix("GET /orders/3/events ") }
        #expect(streams.count == 2)
        #expect(streams.map { $0.lowercased().contains("last-event-id: s-7\r\n") } == [false, true])
        let said = watch.errors.split(separator: "\n")
        #expect(said.count == 3, "\(said)")
        #expect(said.dropLast().allSatisfy { $0.contains("going on asking") })
        #expect(said.last == "orders: the service answers again")
      }
    }

    @Test("logs in by the environment, and says when that is not enough")
    func logins() async throws {
      let service = try await RunningService.start(processes: 1)
      let gateway = try Login.basic.gateway(beside: service)
      try await blocking {
        var orders = TerminalClient(port: gateway.port)
        let nobody = try orders("list")
        #expect(nobody.status == 77)
        orders.environment = ["ORDERS_USER": "ann", "ORDERS_PASSWORD": "wrong"]
        let wrong = try orders("list")
        #expect(wrong.status == 77)
        #expect(wrong.errors.contains("does not take this login of ann"))
        orders.environment = ["ORDERS_USER": "ann", "ORDERS_PASSWORD": "secret of ann"]
        let id = try #require(try orders("submit", "--amount", "1", "--watch", "x").lines.first)
        orders.environment = ["ORDERS_URL": "http://bert:secret%20of%20bert@127.0.0.1:\(gateway.port)"]
        let other = try orders("status", id)
        #expect(other.status == 5)
      }
      try gateway.stopsWell()
      try await service.stopsWell()
    }
  }
}
