import Foundation
import Glibc

/// TLS in front of a plain server on this machine (see Tests/Receiver/tls.py), with a certificate for one name that is
/// signed by itself. Ends with the value. Blocks while it starts.
public final class SecureFront: Sendable {
  public let port: Int
  /// The certificate, as PEM.
  public let certificate: [UInt8]
  private let folder: TemporaryFolder
  private let process: Process

  public init(_ name: String, before plain: Int) throws {
    folder = try TemporaryFolder()
    let (key, file) = (folder.path + "/key", folder.path + "/certificate")
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out", file,
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    certificate = Array(try Data(contentsOf: URL(filePath: file)))
    let front = Process()
    front.executableURL = URL(filePath: "/usr/bin/python3")
    front.arguments = ["-B", RunningService.repository + "/Tests/Receiver/tls.py", "\(plain)", file, key, name]
    let output = Pipe()
    front.standardOutput = output
    front.standardInput = FileHandle.nullDevice
    try front.run()
    process = front
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      kill(front.processIdentifier, SIGKILL)
      throw HTTPClient.Failure(description: "tls.py did not start: \(line)")
    }
    self.port = port
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
