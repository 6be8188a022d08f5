import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Callbacks")
  struct CallbackTests {
    @Test("a receiver that fails five times is told in the end, always under one id, while responders are killed")
    func kills() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(processes: 3, options: ["--pace", "10ms"] + receiver.options)
      let (ids, _) = try await beside(1) { goesOn in
        while goesOn() {
          if let victim = (try? service.responders())?.randomElement() { kill(victim, SIGKILL) }
          Thread.sleep(forTimeInterval: 0.4)
        }
      } _: {
        let ids = try (1...12).map { number in
          let answer = try service.insist(
            "POST", "/orders", headers: ["Idempotency-Key": "\(number)"], body: receiver.order("/fail/5?key=s3cret"))
          return try #require(answer.json["id"] as? Int)
        }
        #expect(Set(ids).count == 12)
        try patiently("all are told") {
          Set(try receiver.notes().filter { $0.status == 204 }.map(\.order)) == Set(ids)
        }
        return ids
      }
      try await blocking {
        try patiently("nothing is left to send") { try service.unsettled() == 0 }
        let notes = try receiver.notes()
        let verified = notes.count { $0.isVerified }
        #expect(verified == notes.count)
        for id in ids {
          let mine = notes.filter { $0.order == id }
          #expect(Set(mine.map(\.id)).count == 1)
          #expect(mine.count { $0.status == 500 } == 5)
          #expect(Set(mine.map(\.document)).count == 1)
          #expect(["order.complete", "order.failed"].contains(mine[0].outcome))
        }
        #expect(Set(notes.map(\.id)).count == 12)
        #expect(notes[0].agent.hasPrefix("orders/"))
        #expect(notes[0].type == "application/json")
      }
      // It is the receiver's secret, not the log's.
      #expect(service.log.contains("callback delivered"))
      #expect(!service.log.contains("s3cret"))
      try await service.stopsWell()
      #expect(try integrity(of: service.database) == "ok")
      let check = try await blocking {
        try run(RunningService.binary, ["check", "--store", "sqlite:\(service.database)"])
      }
      #expect(check.status == 0, "\(check.output)")
    }

    @Test("every way an order can end is told, with its status document")
    func ends() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(
        options: ["--pace", "100ms", "--job-timeout", "2s", "--attempts", "1"] + receiver.options)
      try await blocking {
        let client = service.client()
        let complete = try client.submit(receiver.order("/"))
        let failed = try client.submit(receiver.order("/", products: 900))
        let cancelled = try client.submit(receiver.order("/", products: 900))
        let answer = try client.send("DELETE", "/orders/\(cancelled)/cancel")
        #expect(answer.status == 204)
        try patiently("all are told") { try Set(receiver.notes().map(\.order)).count == 3 }
        for (id, outcome) in [(complete, "complete"), (failed, "failed"), (cancelled, "cancelled")] {
          let note = try #require(try receiver.notes().first { $0.order == id })
          #expect(note.outcome == "order.\(outcome)")
          #expect(note.isVerified)
          let status = try client.send("GET", "/orders/\(id)/status").json
          let document = try JSONSerialization.data(withJSONObject: status, options: .sortedKeys)
          #expect(note.document == String(decoding: document, as: UTF8.self))
        }
        try patiently("nothing is left to send") { try service.unsettled() == 0 }
        let count = try receiver.notes().count
        #expect(count == 3)
        try expectMetrics(#"orders_callback_attempts_total{outcome="delivered"} 3"#, of: service)
      }
      try await service.stopsWell()
    }

    @Test("a redirect is not followed, and 410 ends it")
    func redirects() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--callback-attempts", "3"] + receiver.options)
      try await blocking {
        let client = service.client()
        _ = try client.submit(receiver.order("/redirect"))
        _ = try client.submit(receiver.order("/gone"))
        try patiently("both are given up") { try service.unsettled() == 0 && receiver.notes().count >= 4 }
        let paths = try receiver.notes().map(\.path).sorted()
        #expect(paths == ["/gone", "/redirect", "/redirect", "/redirect"])
        #expect(service.log.split(separator: "\n").count { $0.contains("callback given up") } == 2)
        try expectMetrics(
          #"orders_callback_attempts_total{outcome="failed"} 2"#,
          #"orders_callback_attempts_total{outcome="given-up"} 2"#, "orders_callbacks_unsettled 0", of: service)
      }
      try await service.stopsWell()
    }

    @Test(
      "localhost and each address that isn't allowed are refused at once, in every spelling, and never connected to")
    func addresses() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--callbacks", receiver.secrets, "--callback-pause", "50ms"])
      try await blocking {
        let client = service.client()
        for host in [
          "127.0.0.1:\(receiver.port)", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]",
          "localhost:\(receiver.port)", "LOCALHOST", "a.localhost", "localhost.", "2130706433", "0x7f000001",
          "017700000001", "127.1", "127.0.0.1.", "0.0.0.0", "[::]", "[64:ff9b::7f00:1]",
        ] {
          let answer = try client.send(
            "POST", "/orders", body: #"{"products":["a"],"amount":1,"callback":"https://\#(host)/"}"#)
          expectProblem(answer, 422, "invalid-order", host)
          #expect(answer.pointers == ["/callback"])
        }
        #expect(!receiver.hasConnections)
        try expectMetrics("orders_callbacks_unsettled 0", of: service)
      }
      try await service.stopsWell()
    }

    @Test("the member is unknown without --callbacks")
    func unknown() async throws {
      let service = try await RunningService.start(processes: 1)
      try await blocking {
        let answer = try service.client().send(
          "POST", "/orders", body: #"{"products":["a"],"amount":1,"callback":"https://a.example/"}"#)
        expectProblem(answer, 422, "invalid-order")
        #expect(answer.pointers == ["/callback"])
        #expect(answer.text.contains("not known here"))
      }
      try await service.stopsWell()
    }

    @Test("a receiver that hangs is given up after a while and told again")
    func hangs() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(options: ["--pace", "0s"] + receiver.options)
      try await blocking {
        _ = try service.client().submit(receiver.order("/hang"))
        try patiently("it is told again") { try receiver.notes().count == 2 }
        try patiently("it is settled") { try service.unsettled() == 0 }
        let ids = try Set(receiver.notes().map(\.id))
        #expect(ids.count == 1)
        #expect(service.log.contains("no answer within"))
      }
      try await service.stopsWell()
    }

    @Test("with 1,000 orders for a receiver that takes requests and never answers, another's are told at once")
    func neighbours() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(
        processes: 1, options: ["--pace", "0s", "--jobs", "32"] + receiver.options)
      try await blocking {
        let client = service.client()
        let stuck = receiver.order("/hang")
        for _ in 1...1000 { _ = try client.submit(stuck) }
        try patiently("all have ended") { try service.unsettled() == 1000 }
        // The same receiver by another name.
        let well = receiver.order("/").replacing("127.0.0.1", with: "localhost")
        let took = try seconds {
          let ids = try (1...5).map { _ in try client.submit(well) }
          try patiently("the others are told") {
            Set(try receiver.notes().filter { $0.status == 204 && $0.path == "/" }.map(\.order)).isSuperset(of: ids)
          }
        }
        // An attempt takes 15 s.
        #expect(took < 10, "\(took)")
        #expect(try receiver.notes().count { $0.path == "/hang" } <= 8)
      }
      try await service.stopsWell()
    }

    @Test("what a responder that is told to stop is sending, its sibling sends again soon")
    func termination() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(options: ["--pace", "0s"] + receiver.options)
      try await blocking {
        _ = try service.client().submit(receiver.order("/hang"))
        try patiently("it is sent") { try receiver.notes().count == 1 }
        let sender = try rows(
          of: "SELECT pid FROM member WHERE id IN (SELECT member FROM outbox)", in: service.database)
        let pid = try #require(sender.first.flatMap { Int32($0) })
        let took = try seconds {
          kill(pid, SIGTERM)
          try patiently("it is told again") { try receiver.notes().count == 2 }
        }
        // Three seconds of patience; a receiver that hangs would have had fifteen.
        #expect(took < 10, "\(took)")
        try patiently("it is settled") { try service.unsettled() == 0 }
      }
      try await service.stopsWell()
    }

    @Test("what could not be told survives a restart of everything, under its id")
    func restart() async throws {
      let receivers = try TemporaryFolder()
      let receiver = try await blocking { try Receiver(folder: receivers) }
      let (port, options) = (receiver.port, receiver.options)
      // Nobody listens at first: on a port that was free a moment ago.
      let silent = freePort()
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(options: ["--pace", "0s"] + options, folder: folder)
      let message = try await blocking {
        let body = receiver.order("/").replacingOccurrences(of: ":\(port)/", with: ":\(silent)/")
        _ = try service.client().submit(body)
        try patiently("it was tried") { service.log.contains("callback failed, and is tried again") }
        return try #require(try rows(of: "SELECT message FROM outbox", in: service.database).first)
      }
      for pid in try await blocking({ try service.responders() }) { kill(pid, SIGKILL) }
      _ = try await service.stop()
      let late = try await blocking { try Receiver(port: silent, folder: receivers) }
      let again = try await RunningService.start(options: ["--pace", "0s"] + options, folder: folder)
      try await blocking {
        try patiently("it is told") { try late.notes().count == 1 }
        let note = try #require(try late.notes().first)
        #expect(note.id == message)
        #expect(note.isVerified)
        try patiently("it is settled") { try again.unsettled() == 0 }
      }
      try await again.stopsWell()
    }

    @Test("a file of secrets that can't be used is told at the start, as a fault of the configuration")
    func secrets() async throws {
      let folder = try TemporaryFolder()
      let (store, socket) = ("sqlite:\(folder.path)/o.sqlite", folder.path + "/s")
      let file = folder.path + "/secrets"
      for (text, mode, reason) in [
        (nil, 0, "can't be read"), ("", 0o600, "has no secret"), ("whsec_x", 0o600, "line 1"),
        (Receiver.secret, 0o644, "open to others (mode 644)"),
      ] as [(String?, mode_t, String)] {
        let end = try await blocking {
          if let text { try text.write(toFile: file, atomically: false, encoding: .utf8) }
          chmod(file, mode)
          return try run(RunningService.binary, ["serve", "--store", store, "--socket", socket, "--callbacks", file])
        }
        #expect(end.status == 78, "\(end.errors)")
        #expect(end.errors.contains(reason), "\(end.errors)")
        #expect(!end.errors.contains("MfKQ"))
      }
      let range = try await blocking {
        try run(RunningService.binary, ["serve", "--store", store, "--callback-allow", "10.0.0.1/8"])
      }
      #expect(range.status == 64)
      #expect(range.errors.contains("--callback-allow wants a range"))
    }
  }
}

private func expectMetrics(_ lines: String..., of service: RunningService) throws {
  let page = try service.client().send("GET", "/metrics").text.split(separator: "\n").map(String.init)
  for line in lines { #expect(page.contains(line), "\(page.filter { $0.contains("callback") })") }
}

extension RunningService {
  /// How many messages are to be sent.
  fileprivate func unsettled() throws -> Int? {
    try rows(of: "SELECT count(*) FROM outbox", in: database).first.flatMap { Int($0) }
  }
}
