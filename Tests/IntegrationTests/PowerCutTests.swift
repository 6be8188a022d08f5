import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// What a promise rests on, call by call.
  @Suite("Power cuts and crashes at the worst moment")
  struct PowerCutTests {
    @Test("the log of the store is on disk before a 202 or 204 begins to leave")
    func syncedFirst() async throws {
      let service = try await RunningService.start(processes: 1, options: ["--jobs", "0"])
      let calls = try await blocking {
        let pid = try #require(try service.responders().first)
        let strace = try Strace(pid, "-e", "trace=pwrite64,pwritev,write,fsync,fdatasync,sendmsg,sendto,writev")
        let client = service.client()
        for _ in 1...10 {
          let id = try client.submit()
          let cancel = try client.send("DELETE", "/orders/\(id)/cancel")
          #expect(cancel.status == 204)
        }
        return try strace.calls()
      }
      var log = WriteAheadLogCalls()
      var promises: [Bool] = []
      for call in calls {
        log.hear(call)
        // What was cut in two by another thread's call has its arguments in the line of its begin.
        if call.contains("sendmsg(") || call.contains("sendto("),
          call.contains("Status: 202") || call.contains("Status: 204")
        {
          promises.append(log.isOnDisk)
          log = WriteAheadLogCalls()
        }
      }
      #expect(promises.count == 20, "\(calls.suffix(40).joined(separator: "\n"))")
      #expect(promises.allSatisfy { $0 })
      try await service.stopsWell()
    }

    @Test(
      "a responder killed on its way to a 202 leaves one order or none, and the same Idempotency-Key gets the one",
      arguments: ["pwrite64", "fdatasync", "sendmsg,sendto"])
    func killed(at calls: String) async throws {
      let service = try await RunningService.start(processes: 1, options: ["--jobs", "0"])
      try await blocking {
        let pid = try #require(try service.responders().first)
        let (headers, body) = (["Idempotency-Key": "once"], #"{"products":["a"],"amount":1}"#)
        let strace = try Strace(pid, "-e", "trace=" + calls, "-e", "inject=\(calls):signal=SIGKILL:when=1")
        let cut = try service.client().send("POST", "/orders", headers: headers, body: body)
        expectProblem(cut, 502, "service-unavailable")
        #expect(cut["retry-after"] != nil)
        let heard = try strace.calls(whenGone: true)
        #expect(heard.contains { $0.contains("killed by SIGKILL") }, "\(heard)")

        let again = try service.insist("POST", "/orders", headers: headers, body: body)
        #expect(again.status == 202)
        // Committed, and nobody was told.
        if calls.hasPrefix("send") { #expect(again["idempotent-replayed"] == "true") }
        let id = try #require(again.json["id"] as? Int)
        let list = try service.client().send("GET", "/orders")
        #expect(list.ids == [id])
        let after = try service.responders()
        #expect(after.count == 1 && after != [pid])
      }
      try await service.stopsWell()
      let integrity = try integrity(of: service.database)
      #expect(integrity == "ok")
    }
  }
}

/// What calls, line by line, did to the `-wal` file.
private struct WriteAheadLogCalls {
  private var wasWritten = false
  private var syncs: Set<Substring> = []
  private var isSynced = false

  /// Written, and after the last write a sync of it that returned 0.
  var isOnDisk: Bool { wasWritten && isSynced }

  mutating func hear(_ line: Substring) {
    let thread = line.prefix { $0 != " " }
    let isSync = line.contains("fdatasync(") || line.contains("fsync(")
    if line.contains("-wal>"), line.contains("write") {
      (wasWritten, isSynced, syncs) = (true, false, [])
    } else if line.contains("-wal>"), isSync {
      if line.hasSuffix("= 0") { isSynced = true } else { syncs.insert(thread) }
    } else if line.contains("sync resumed>"), syncs.remove(thread) != nil, line.hasSuffix("= 0") {
      isSynced = true
    }
  }
}
