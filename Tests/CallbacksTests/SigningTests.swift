import Foundation
import Glibc
import TestSupport
import Testing

@testable import Callbacks

@Suite("Signing")
struct SigningTests {
  private let folder = try! TemporaryFolder()
  private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  private func file(_ text: String, mode: mode_t = 0o600) throws -> String {
    let path = folder.path + "/secrets"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    chmod(path, mode)
    return path
  }

  private func failure(_ path: String) -> String? {
    do throws(SigningSecrets.Failure) {
      _ = try SigningSecrets(file: path)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("takes a secret a line, in a file of its owner or its group")
  func secrets() throws {
    for mode in [0o600, 0o400, 0o640, 0o440] as [mode_t] {
      let keys = try SigningSecrets(file: file("\(secret)\n\n  \(secret)\r\n", mode: mode)).keys
      #expect(keys == [keys[0], keys[0]])
      #expect(keys[0].count == 24)
      try FileManager.default.removeItem(atPath: folder.path + "/secrets")
    }
  }

  @Test(
    "refuses a file without one, or with something else, naming no secret",
    arguments: [
      ("", "has no secret"), ("\n\n", "has no secret"), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "line 1"),
      ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nwhsec_", "line 2"), ("whsec_c2hvcnQ=", "line 1"),
      ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w", "line 1"),
      ("whsec_" + Data(repeating: 1, count: 65).base64EncodedString(), "line 1"),
    ])
  func bad(text: String, reason: String) throws {
    let failure = failure(try file(text))
    #expect(failure?.contains(reason) == true, "\(failure ?? "taken")")
    #expect(failure?.contains("MfKQ") == false)
  }

  @Test("refuses a file that others can read or the group can write, that isn't there, or is none")
  func files() throws {
    for mode in [0o604, 0o644, 0o620, 0o602] as [mode_t] {
      #expect(failure(try file(secret, mode: mode))?.contains("open to others") == true)
    }
    #expect(failure(folder.path + "/none")?.contains("can't be read") == true)
    #expect(failure(folder.path)?.contains("not a short file") == true)
    #expect(failure("/dev/zero")?.contains("not a short file") == true)
  }

  @Test(
    "takes a file of root or of the user that the service runs as, and no other user's, though root could read it",
    .enabled(if: geteuid() == 0, "only root can give a file away"))
  func owner() throws {
    let path = try file(secret)
    #expect(failure(path) == nil)
    #expect(try PrivateFile.text(of: path, longest: 100, for: 65_534) == secret)
    #expect(chown(path, 65_534, 65_534) == 0)
    #expect(failure(path)?.hasSuffix("secrets belongs to the user nobody: chown it to root") == true)
    #expect(throws: PrivateFile.Failure.self) { try PrivateFile.text(of: path, longest: 100, for: 1) }
    for user in [65_534, nil] as [uid_t?] {
      #expect(try PrivateFile.text(of: path, longest: 100, for: user) == secret)
    }
  }

  @Test("gives the signature of the reference implementations")
  func vector() throws {
    let secrets = try SigningSecrets(lines: secret, of: "test")
    let text = Signature.text(
      of: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8),
      by: secrets)
    #expect(text == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test("gives one signature for each secret while they are being changed")
  func rotation() throws {
    let other = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
    func text(_ lines: String) throws -> String {
      Signature.text(of: "m", timestamp: 1, body: [1], by: try SigningSecrets(lines: lines, of: "test"))
    }
    #expect(try text("\(secret)\n\(other)") == text(secret) + " " + text(other))
  }
}
