import Foundation
import JobPrograms
import Jobs
import TestSupport
import Testing

@Suite("Programs: what they see") struct ProgramSandboxTests {
  @Test("A program has descriptors 0 to 3 and its own environment, is never root, and its files are in /job")
  func surroundings()
    async throws
  {
    let fixture = try ProgramFixture(
      """
      import json, os
      open("out/x", "w").close()
      print(json.dumps({
        "descriptors": sorted(int(n) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")),
        "environment": dict(os.environ), "uid": os.getuid(), "cwd": os.getcwd(), "job": sorted(os.listdir("/job")),
        "nice": os.nice(0), "processes": len([n for n in os.listdir("/proc") if n.isdigit()]), "root": sorted(os.listdir("/"))}))
      """, interpreter: "/usr/bin/python3", more: "env: {MODEL: small}\n")
    let attempt = try await fixture.run()
    let text = try #require(attempt.result, "\(String(describing: attempt.error))")
    let seen = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(seen["descriptors"] as? [Int] == [0, 1, 2, 3])
    let environment = try #require(seen["environment"] as? [String: String])
    #expect(
      environment.filter { $0.key != "LC_CTYPE" && $0.key != "PWD" } == [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/job", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "JOB_ID": "7",
        "JOB_KIND": "test", "JOB_ATTEMPT": "1", "JOB_EPOCH": "3", "MODEL": "small",
        "JOB_DEADLINE": "2027-01-15T08:00:00.250Z",
      ])
    #expect(seen["uid"] as? Int != 0)
    #expect(seen["cwd"] as? String == "/job")
    #expect(seen["job"] as? [String] == ["input.json", "out"])
    #expect(seen["nice"] as? Int == 10)
    // The first of its namespace, and itself.
    #expect(seen["processes"] as? Int == 2)
    #expect(
      seen["root"] as? [String] == ["bin", "dev", "etc", "job", "kind", "lib", "lib64", "proc", "sbin", "tmp", "usr"])
  }

  @Test("Without a sandbox, too, a program has descriptors 0 to 3 and begins in its work folder") func noSandbox()
    async throws
  {
    let fixture = try ProgramFixture(
      """
      import json, os
      descriptors = sorted(int(n) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}"))
      print(json.dumps([descriptors == [0, 1, 2, 3], os.getcwd() == os.environ["HOME"], sorted(os.listdir("."))]))
      """, interpreter: "/usr/bin/python3", more: "sandbox: none\n")
    let attempt = try await fixture.run()
    #expect(attempt.result == #"[true, true, ["input.json", "out"]]"#, "\(String(describing: attempt.error))")
  }

  @Test(
    "What a program must not do fails",
    arguments: [
      "cat /etc/shadow", "ls /root", "ls /var", "ls /home", "echo x > /usr/x", "echo x > /etc/x", "echo x > /x",
      "echo x > /kind/x", "echo x > /job/input.json", "rm -f /job/input.json", "echo x > /dev/x",
      "echo x > /proc/sys/kernel/core_pattern", "mount -o remount,bind,rw /usr", "unshare -U true",
      "unshare -m true", "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 22), 2)'",
      "ls -d /proc/[0-9]* | wc -l | grep -q '^[1-9][0-9]'", "chroot / true", "nice -n -5 true 2>&1 | grep -vq cannot",
    ]) func forbidden(command: String) async throws
  {
    let fixture = try ProgramFixture("if \(command); then echo '\"done\"'; else echo '\"refused\"'; fi")
    let attempt = try await fixture.run()
    #expect(attempt.result == #""refused""#, "\(String(describing: attempt.error))")
  }

  @Test("It may write into its folder, /tmp and /dev/shm") func allowed() async throws {
    let fixture = try ProgramFixture(
      "echo x > /job/x && echo x > /tmp/x && echo x > /dev/shm/x && echo x >/dev/null && echo true")
    #expect(try await fixture.run().result == "true")
  }

  @Test("A kind's folder that the program's user can't reach is seen all the same") func shutFolder() async throws {
    let fixture = try ProgramFixture("cat /kind/data")
    try Data("[1]".utf8).write(to: URL(fileURLWithPath: fixture.kinds + "/data"))
    // As below root's home.
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: fixture.folder.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fixture.folder.path) }
    let attempt = try await fixture.run()
    #expect(attempt.result == "[1]", "\(String(describing: attempt.error))")
  }
}
