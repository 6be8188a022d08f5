import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `orders work` beside responders with `--jobs 0`.
  @Suite("Workers")
  struct WorkerTests {
    private let naps: Naps

    init() throws {
      naps = try Naps()
    }

    /// Two responders that only answer.
    private func start() async throws -> RunningService {
      try await RunningService.start(options: ["--jobs", "0", "--pace", "0s"], kinds: naps.path)
    }

    private func work(on service: RunningService, _ options: [String] = []) throws -> RunningCommand {
      let worker = try RunningCommand(
        ["work", "--store", "sqlite:\(service.database)", "--kinds", naps.path] + options)
      try worker.awaitLine(endingWith: "working")
      return worker
    }

    private func submit(_ seconds: String, to service: RunningService) throws {
      let answer = try service.client().send("POST", "/naps", body: #"{"seconds":\#(seconds)}"#)
      #expect(answer.status == 202, "\(answer.text)")
    }

    /// A worker, and how long its program sleeps, which it does already.
    private func workOnNap(
      of service: RunningService, _ options: String...
    ) throws -> (worker: RunningCommand, seconds: String) {
      let seconds = naps.long()
      let worker = try work(on: service, options)
      try submit(seconds, to: service)
      try patiently("both sleep") { naps.sleepers(seconds).count == 2 }
      return (worker, seconds)
    }

    private func status(_ service: RunningService) throws -> [String: Any] {
      try service.client().send("GET", "/naps/1/status").json
    }

    @Test("run the programs and the orders that responders accept, and responders answer everything about them")
    func division() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        #expect(try client.send("GET", "/").json["collections"] as? [String] == ["/orders", "/reports", "/naps"])
        #expect(try client.send("GET", "/", headers: ["Accept": "text/html"]).text.contains("<html"))
        try submit("0.1", to: service)
        #expect(try status(service)["status"] as? String == "started")
        let worker = try work(on: service)
        let result = try client.send("GET", "/naps/1/result", headers: ["Prefer": "wait=50"])
        #expect(result.text == #"{"slept":0.1}"#)
        #expect(try client.send("GET", "/naps/1/log").text == "nap of 1, attempt 1\n")
        let order = try client.send(
          "POST", "/orders", headers: ["Prefer": "wait=50"], body: #"{"products":["y"],"amount":1}"#)
        #expect(order.status == 201)
        #expect(try service.responders().contains(worker.pid))
        let doctor = try run(
          RunningService.binary,
          ["doctor", "--nginx-prefix", "\(service.data)/run/\(service.port)", "--store", "sqlite:\(service.database)"])
        #expect(doctor.output.contains("2 responders, 1 worker"), "\(doctor.output)\(doctor.errors)")
        #expect(
          doctor.output.contains("in force: process \(worker.pid) runs programs as nobody, in sandboxes of bubblewrap"))
        #expect(try worker.end(by: SIGTERM) == 0)
        #expect(worker.lines.last?.hasSuffix("worked") == true)
      }
      try await service.stopsWell()
    }

    @Test("say in every responder's /healthz how they run programs, and responders have nothing to say of that")
    func confinement() async throws {
      let service = try await start()
      try await blocking {
        let worker = try work(on: service)
        var programs: [Int: [String: Any]] = [:]
        try patiently("it is told") {
          let processes = try service.client().send("GET", "/healthz").json["processes"] as? [[String: Any]] ?? []
          programs = [:]
          for process in processes {
            programs[try #require(process["pid"] as? Int)] = process["programs"] as? [String: Any]
          }
          return !programs.isEmpty
        }
        #expect(programs.keys.map(Int32.init) == [worker.pid])
        let told = try #require(programs[Int(worker.pid)])
        #expect(told["sandbox"] as? String == "bubblewrap" && told["withoutSandbox"] == nil)
        #expect(told["user"] as? String == (geteuid() == 0 ? "nobody" : NSUserName()))
        // As this process is one of many of its control group, so is the worker.
        #expect(told["limits"] as? String == "watching")
        #expect((told["missing"] as? String)?.contains(/control group|cgroups/) == true, "\(told)")
        #expect(try worker.end(by: SIGTERM) == 0)
      }
      try await service.stopsWell()
    }

    @Test("that are killed take their programs with them, and the next worker begins the job again")
    func death() async throws {
      let service = try await start()
      try await blocking {
        let (worker, seconds) = try workOnNap(of: service)
        let first = Set(naps.sleepers(seconds))
        kill(worker.pid, SIGKILL)
        try patiently("none sleeps") { naps.sleepers(seconds).isEmpty }
        let next = try work(on: service)
        try patiently("the next attempt sleeps") { naps.sleepers(seconds).count == 2 }
        #expect(Set(naps.sleepers(seconds)).isDisjoint(with: first))
        #expect(try status(service)["attempt"] as? Int == 2)
        #expect(try service.client().send("DELETE", "/naps/1/cancel").status == 204)
        try patiently("none sleeps") { naps.sleepers(seconds).isEmpty }
        #expect(try next.end(by: SIGTERM) == 0)
      }
      try await service.stopsWell()
    }

    @Test("that are told to end let a program run to its end, and take nothing new")
    func drain() async throws {
      let service = try await start()
      try await blocking {
        let (worker, seconds) = try workOnNap(of: service, "--drain", "10m")
        kill(worker.pid, SIGTERM)
        // Siblings know it when it drains.
        try patiently("it drains") {
          let processes = try service.client().send("GET", "/healthz").json["processes"] as? [[String: Any]] ?? []
          return processes.contains { $0["pid"] as? Int == Int(worker.pid) && $0["draining"] as? Bool == true }
        }
        try submit("0.1", to: service)
        #expect(worker.isRunning)
        // The program goes on when its sleep ends.
        for pid in naps.sleepers(seconds) { kill(pid, SIGTERM) }
        #expect(try worker.end() == 0)
        #expect(try status(service)["status"] as? String == "complete")
        #expect(try status(service)["attempt"] as? Int == 1)
        let second = try service.client().send("GET", "/naps/2/status").json
        #expect(second["status"] as? String == "started")
      }
      try await service.stopsWell()
    }

    @Test("and their programs go on while all responders are replaced, which wait for neither")
    func rollingRestart() async throws {
      let service = try await start()
      try await blocking {
        let (worker, seconds) = try workOnNap(of: service)
        let (sleepers, before) = (naps.sleepers(seconds), Set(try service.responders()))
        let done = try run(
          RunningService.repository + "/deploy/rolling-restart",
          ["--data", service.data, "--port", "\(service.port)", "--settle", "00"])
        #expect(done.status == 0, "\(done.errors)")
        let after = Set(try service.responders())
        #expect(after.count == 3 && after.intersection(before) == [worker.pid])
        #expect(naps.sleepers(seconds) == sleepers)
        #expect(try status(service)["attempt"] as? Int == 1)
        #expect(try service.client().send("DELETE", "/naps/1/cancel").status == 204)
        try patiently("none sleeps") { naps.sleepers(seconds).isEmpty }
        #expect(try worker.end(by: SIGTERM) == 0)
      }
      try await service.stopsWell()
    }

    @Test("need bubblewrap for programs, and responders with --jobs 0 do not")
    func bubblewrap() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let store = ["--store", "sqlite:\(folder.path)/orders.sqlite"]
        /// In a mount namespace where there is no such program.
        let without = [
          "--user", "--map-root-user", "--mount", "/bin/sh", "-c",
          #"mount --bind /dev/null /usr/bin/bwrap && exec "$@""#, "sh", RunningService.binary,
        ]
        func start(_ arguments: [String]) throws -> RunningCommand {
          try RunningCommand(
            without + arguments + store + ["--kinds", naps.path], program: "/usr/bin/unshare")
        }
        let responder = try start(["serve", "--jobs", "0", "--socket", folder.path + "/s"])
        try responder.awaitLine(endingWith: "serving")
        let doctor = try run("/usr/bin/unshare", without + ["doctor"] + store)
        for part in ["sandbox: programs can't have", "no /usr/bin/bwrap", "mend: apt-get install bubblewrap"] {
          #expect(doctor.output.contains(part), "\(doctor.output)\(doctor.errors)")
        }
        #expect(try responder.end(by: SIGTERM) == 0)
        let worker = try start(["work"])
        #expect(try worker.end() == 78)
        let line = worker.lines.joined(separator: "\n")
        for part in ["cannot work", "needs /usr/bin/bwrap: apt-get install bubblewrap", "--jobs 0"] {
          #expect(line.contains(part), "\(line)")
        }
      }
    }

    @Test("tell the service manager when they work and when they drain")
    func supervised() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let receiver = try NotifyReceiver(folder.path + "/n")
        let worker = try RunningCommand(
          ["NOTIFY_SOCKET=\(receiver.name)", "WATCHDOG_USEC=600000", RunningService.binary]
            + ["work", "--store", "sqlite:\(folder.path)/orders.sqlite"], program: "/usr/bin/env")
        #expect(receiver.next() == ["READY=1", "STATUS=working \(folder.path)/orders.sqlite"])
        for _ in 1...3 { try receiver.await("WATCHDOG=1") }
        kill(worker.pid, SIGTERM)
        try receiver.await("STOPPING=1")
        #expect(try worker.end() == 0)
      }
    }
  }
}
