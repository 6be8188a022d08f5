import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The table of what a program may do and what becomes of it, through nginx and two responders, all rows at once.
  @Suite("Whatever a program does")
  struct ProgramTableTests {
    /// A shell command, and how its job ends.
    private struct Row {
      var deed: String
      var status = "complete"
      var code: String?
      var attempts = 1
      var result: String?
      var kind = "deeds"
    }

    /// A number of seconds that no other sleep on this machine has.
    private static let mark = "9\(UInt32.random(in: 100_000_000...999_999_999))"
    private static let fork = #"""
      python3 -c 'import os, time
      while True:
        try: os.fork()
        except OSError: time.sleep(0.05)'
      """#

    private static let ends = [
      Row(deed: "echo '[1]'", result: "[1]"),
      Row(deed: "exit 3", status: "failed", code: "program-failed"),
      Row(
        deed: #"echo '{"error":{"code":"bad-image","detail":"a.jpg"}}' >&3; exit 1"#, status: "failed",
        code: "bad-image"),
      Row(deed: "echo '{} {}'", status: "failed", code: "bad-result"),
      Row(deed: "exit 75", status: "failed", code: "program-failed", attempts: 2),
      Row(deed: "kill -9 $$", status: "failed", code: "program-failed", attempts: 2),
      Row(deed: "kill -SEGV $$", status: "failed", code: "program-failed", attempts: 2),
      Row(deed: "sleep \(mark)", status: "failed", code: "timed-out", attempts: 2),
      Row(
        deed: "trap '' TERM; while :; do sleep \(mark) & wait; done", status: "failed", code: "timed-out", attempts: 2),
      Row(
        deed: "(setsid sh -c \"trap '' TERM; (setsid sleep \(mark) &); sleep \(mark)\" &); sleep \(mark)",
        status: "failed", code: "timed-out", attempts: 2),
      Row(deed: fork, status: "failed", code: "timed-out", attempts: 2),
      Row(deed: "(setsid sh -c '(setsid sleep \(mark) &)' &); echo '[2]'", result: "[2]"),
      Row(deed: "head -c 10000000 /dev/zero | tr '\\0' x >&2; echo '[3]'", result: "[3]"),
      Row(
        deed: """
          head -c 200000 /dev/zero | tr '\\0' x >&3; echo >&3; echo '{"step":1}' >&3; printf '{"ste' >&3; echo '[4]'
          """, result: "[4]"),
      Row(deed: "exec 0<&- 2>&- 3>&-; echo '[5]'", result: "[5]"),
      Row(
        deed: "python3 -c 'x = bytearray(1 << 30); import time; time.sleep(60)'", status: "failed",
        code: "out-of-memory"),
      Row(deed: "head -c 20000000 /dev/zero >out/x; echo '[6]'", status: "failed", code: "output-limit"),
    ]

    private static let refused = [
      "cat /etc/shadow", "ls /root", "cat DATA/orders.sqlite", "ls DATA", "echo x >/usr/x", "echo x >/kind/x",
      "echo x >/etc/x", "echo x >/var/tmp/x", "echo x >/proc/sys/kernel/core_pattern", "mount -o remount,bind,rw /usr",
      "unshare -U true", "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", PORT), 2)'",
      "pgrep -x sleep >/dev/null", "kill -0 1 && test \"$(ls -d /proc/[0-9]* | wc -l)\" -gt 9",
    ]

    private static let files = [
      "ln -s /etc/passwd out/paper", "echo x >out/paper; ln out/paper out/other", "mkfifo out/paper",
      "mkdir out/paper",
      "python3 -c 'import os; os.mknod(\"out/paper\", 0o20666, os.makedev(1, 3))' || ln -s /dev/null out/paper",
      "true",
    ].map { Row(deed: $0, status: "failed", code: "bad-result", kind: "papers") }

    private let kinds: TemporaryFolder
    private let work: TemporaryFolder

    init() throws {
      (kinds, work) = (try TemporaryFolder(), try TemporaryFolder())
      for path in [kinds.path, work.path] { chmod(path, 0o755) }
      for (name, result) in [("deed", "json"), ("paper", "{file: paper, types: [text/plain]}")] {
        let file = """
          name: \(name)
          path: \(name)s
          program: [./deed]
          input: {type: object, required: [deed], properties: {deed: {type: string}}}
          result: \(result)
          limits: {time: 3s, grace: 300ms, memory: 700MB, output: 10MB, processes: 40, log: 4kB}
          attempts: 2

          """
        try file.write(toFile: "\(kinds.path)/\(name).yaml", atomically: false, encoding: .utf8)
      }
      let program = """
        #!/usr/bin/python3
        import json, os, sys
        os.execv("/bin/sh", ["sh", "-c", json.load(sys.stdin)["deed"]])

        """
      try program.write(toFile: kinds.path + "/deed", atomically: false, encoding: .utf8)
      chmod(kinds.path + "/deed", 0o755)
    }

    /// The work folders of attempts.
    private var attempts: [String] {
      func names(_ path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
      return names(work.path).flatMap { names(work.path + "/" + $0) }.filter { $0.contains("-") }
    }

    @Test("its job ends as the contract says, and nothing of it is left")
    func table() async throws {
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--work-folder", work.path], kinds: kinds.path)
      let refused = Self.refused.map { command in
        let command = command.replacing("DATA", with: service.data).replacing("PORT", with: "\(service.port)")
        return Row(deed: "if \(command); then echo '\"done\"'; else echo '\"refused\"'; fi", result: #""refused""#)
      }
      try await blocking {
        let client = service.client()
        let rows = try (Self.ends + refused + Self.files).map { row in
          let body = try JSONSerialization.data(withJSONObject: ["deed": row.deed])
          let posted = try client.send("POST", "/\(row.kind)", body: String(decoding: body, as: UTF8.self))
          #expect(posted.status == 202)
          return (row, id: try #require(posted.json["id"] as? Int))
        }
        for (row, id) in rows {
          try patiently("\(row.deed) has ended") {
            try client.send("GET", "/\(row.kind)/\(id)/status").json["done"] as? Bool == true
          }
          let status = try client.send("GET", "/\(row.kind)/\(id)/status").json
          let error = status["error"] as? [String: Any]
          #expect(status["status"] as? String == row.status, "\(row.deed): \(status)")
          #expect(error?["code"] as? String == row.code, "\(row.deed): \(status)")
          #expect(status["attempt"] as? Int == row.attempts, "\(row.deed): \(status)")
          if let result = row.result {
            let answer = try client.send("GET", "/\(row.kind)/\(id)/result")
            #expect(answer.text == result, "\(row.deed)")
          }
          if let log = try? client.send("GET", "/\(row.kind)/\(id)/log"), log.status == 200 {
            #expect(log.body.count <= 4000, "\(row.deed)")
          }
        }
        // What is out of time has its grace after the job's end.
        try patiently("nothing of any is left") {
          Naps.processes(with: Self.mark).isEmpty && attempts.isEmpty
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: service.database + "-files").isEmpty)
      }
      try await service.stopsWell()
      #expect(try FileManager.default.contentsOfDirectory(atPath: work.path).isEmpty)
    }
  }
}
