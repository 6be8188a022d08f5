import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The client commands against the real service.
  @Suite("The terminal client", .served(processes: 2, "--pace", "100ms", "--keep-final", "1h"))
  struct TerminalClientTests {
    @Test("submits an order, says how far it is, and fetches its result, digit for digit")
    func life() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let submitted = try orders("submit", "--amount", "19.90", "y", #"a "b" \ 漢"#)
        #expect(submitted.status == 0, "\(submitted.errors)")
        let id = try #require(submitted.lines.first)
        #expect(submitted.output == id + "\n")
        let early = try orders("result", id)
        #expect(early.status == 7)
        #expect(early.errors.contains("--wait"))
        let status = try orders("status", id)
        #expect(status.status == 7)
        #expect(status.lines.contains("job       \(id)"))
        let end = try orders("status", "--wait", "30s", "--json", id)
        #expect(end.status == 0)
        #expect(end.documents.first?["status"] as? String == "complete")
        let result = try orders("result", id)
        #expect(result.status == 0)
        #expect(result.output == #"{"id":\#(id),"products":["y","a \"b\" \\ 漢"],"amount":19.90}"# + "\n")
        let list = try orders("list", "--order", "newest", "--limit", "1")
        #expect(list.output == "\(id)\tcomplete\t19.90\ty\ta \"b\" \\ 漢\n")
      }
    }

    @Test("prints the service's documents unchanged with --json")
    func documents() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let submitted = try orders("submit", "--json", "--wait", "30s", "--amount", "1e2", "x")
        #expect(submitted.status == 0)
        #expect(submitted.documents.count == 2)
        let id = try #require(submitted.documents.first?["id"] as? Int)
        for (command, target) in [("status", "status"), ("result", "result")] {
          let said = try orders(command, "--json", "\(id)")
          let document = try service.client().send("GET", "/orders/\(id)/\(target)").text
          #expect(said.output == document + "\n")
        }
        for command in ["status", "watch"] {
          let missing = try orders(command, "--json", "999999")
          #expect(missing.documents.first?["code"] as? String == "not-found")
          #expect(!missing.errors.isEmpty)
        }
      }
    }

    @Test("takes no argument for another one that is not UTF-8")
    func unreadable() async throws {
      try await served { service in
        let before = try service.client().newest()
        let said = try run(
          "/bin/sh", ["-c", #"exec "$0" submit --amount 1 "$(printf 'caf\351')""#, RunningService.binary],
          environment: TerminalClient(service).variables)
        #expect(said.status == 64 && said.errors.contains("argument 4 is not UTF-8"), "\(said)")
        #expect(try service.client().newest() == before)
      }
    }

    @Test("ends with a status of its own for each thing that can become of an order")
    func statuses() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let done = try #require(try orders("submit", "--amount", "1", "--wait", "30s", "a").lines.first)
        let cancelled = try #require(try orders("submit", "--amount", "1", "a", "b", "c", "d", "e", "f").lines.first)
        for _ in 1...2 {
          let cancel = try orders("cancel", cancelled)
          #expect(cancel.status == 0)
          #expect(cancel.output == "\(cancelled) cancelled\n")
        }
        for (command, id, expected) in [
          ("status", done, 0), ("watch", done, 0), ("result", done, 0), ("cancel", done, 6),
          ("status", cancelled, 4), ("watch", cancelled, 4), ("result", cancelled, 4),
          ("status", "999999", 5), ("watch", "999999", 5), ("result", "999999", 5), ("cancel", "999999", 5),
        ] as [(String, String, Int32)] {
          let answer = try orders(command, id)
          #expect(answer.status == expected, "\(command) \(id): \(answer.errors)")
          #expect(expected != 5 || answer.errors == "orders: There is no order 999999.\n")
        }
        let several = try orders("watch", done, "999999", cancelled)
        #expect(several.status == 4)
        let products = (1...500).map { "product \($0)" }
        let unfinished = try orders(["submit", "--amount", "1", "--wait", "10ms"] + products)
        #expect(unfinished.status == 7)
        let json = try orders("cancel", "--json", try #require(unfinished.lines.first))
        #expect(json.documents.first?["status"] as? String == "cancelled")
      }
    }

    @Test("says what is wrong with an order that is not taken, or with its own use")
    func refusals() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let before = try service.client().newest()
        let refused = try orders("submit", "--amount=-1", "", String(repeating: "x", count: 201))
        #expect(refused.status == 8)
        for pointer in ["/amount", "/products/0", "/products/1"] { #expect(refused.errors.contains(pointer)) }
        #expect(refused.errors.split(separator: "\n").count == 1)
        for (arguments, what) in [
          (["submit", "--amount", "1,5", "x"], "--amount"), (["submit", "--amount", "1"], "<word>"),
          (["submit", "x"], "--amount"), (["submit", "--amount", "1", "--key", "a b", "x"], "--key"),
          (["submit", "--amount", "1", "--watch", "--wait", "1s", "x"], "--wait"), (["status", "0"], "<job>"),
          (["status", "x"], "<job>"), (["status"], "<job>"), (["watch"], "<job>"), (["cancel", "-3"], "<job>"),
          (["list", "--status", "odd"], "started"), (["list", "--limit", "1001"], "--limit"),
          (["list", "--url", "shop"], "--url"), (["list", "--url", "http://ann:secret@x"], "ORDERS_URL"),
          (["list", "--timeout", "0s"], "--timeout"), (["list", "a/b"], "<kind>"),
          (["watch", "3", "sheets"], "stands alone"),
          (["watch", "3", "sheets/4"], "of one kind"), (["search", "scans"], "<word>"),
          (["remove", "sheets"], "<job>"),
        ] {
          let answer = try run(RunningService.binary, arguments, environment: ["ORDERS_URL": orders.url])
          #expect(answer.status == 64, "\(arguments): \(answer.errors)")
          #expect(answer.errors.contains(what), "\(arguments): \(answer.errors)")
        }
        let after = try service.client().newest()
        #expect(after == before)
      }
    }

    @Test("makes one order of one key")
    func keys() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let key = #"k"\\#(UUID().uuidString)"#
        let first = try orders("submit", "--amount", "1.0", "--key", key, "x")
        let second = try orders("submit", "--amount", "1.0", "--key", key, "x")
        #expect(first.status == 0 && second.status == 0)
        #expect(first.output == second.output)
        #expect(first.errors.isEmpty)
        #expect(second.errors.contains("before"))
        let other = try orders("submit", "--amount", "1.00", "--key", key, "x")
        #expect(other.status == 8)
        let without = try ["x", "x"].map { try orders("submit", "--amount", "1", $0).output }
        #expect(Set(without).count == 2)
      }
    }

    @Test("lists by status, newest or oldest first, all pages of it")
    func lists() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let client = service.client()
        let ids = try (0..<5).map { _ in try client.submit() }
        for id in ids { _ = try client.send("DELETE", "/orders/\(id)/cancel") }
        let all = try orders("list", "--all", "--limit", "2", "--status", "cancelled", "--order", "newest")
        #expect(all.status == 0)
        let listed = all.lines.compactMap { $0.split(separator: "\t").first.flatMap { Int($0) } }
        #expect(listed.prefix(5) == ids.reversed()[...])
        #expect(Set(listed).count == listed.count)
        let page = try orders("list", "--limit", "2", "--status", "cancelled", "--json")
        #expect(page.documents.count == 1)
        #expect((page.documents.first?["orders"] as? [Any])?.count == 2)
      }
    }

    @Test("watches to the end through deaths of the processes, and hears every final status")
    func watches() async throws {
      try await served { service in
        let orders = TerminalClient(service)
        let folder = try TemporaryFolder()
        let output = folder.path + "/watched"
        let ids = try (0..<3).map { _ in
          try #require(try orders("submit", "--amount", "1", "a", "b", "c", "d", "e", "f", "g", "h").lines.first)
        }
        let watch = try orders.start(["watch"] + ids, output: output)
        defer { if watch.isRunning { kill(watch.processIdentifier, SIGKILL) } }
        func said() -> [String] {
          ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        }
        try patiently("it sees them run") {
          ids.allSatisfy { id in said().contains { $0.hasPrefix("\(id) running ") } }
        }
        for pid in try service.responders() { kill(pid, SIGKILL) }
        try patiently("the watch ends") { !watch.isRunning }
        #expect(watch.terminationStatus == 0, "\(said())")
        for id in ids {
          let lines = said().filter { $0.hasPrefix("\(id) ") }
          #expect(lines.last == "\(id) complete 100%")
          let percents = lines.compactMap { $0.split(separator: " ")[2].dropLast() }.compactMap { Int($0) }
          #expect(percents == percents.sorted())
          #expect(!zip(lines, lines.dropFirst()).contains(where: ==))
        }
      }
    }
  }
}
