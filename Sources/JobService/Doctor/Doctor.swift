import ArgumentParser
import Doctor
import Foundation

/// `orders doctor`: what doesn't fit together around the service.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what does not fit together in nginx, the units and the store, and how to mend it.",
    discussion: """
      Looks at what nginx has in effect (nginx -T, as root where nginx runs as root), at systemd's units and the \
      options in them, at the store, the sockets, and the responders that run. Changes nothing.
      Exit status: 0 nothing was found, 1 something was, 64 wrong use, 69 something could not be looked at.
      """)

  @Option(
    help: ArgumentHelp("Look at the nginx of this prefix: deploy/up's is DIR/run/PORT.", valueName: "dir"))
  var nginxPrefix: String?

  @Option(help: ArgumentHelp("Look at nginx with this configuration file. (default: nginx's own)", valueName: "file"))
  var nginxConfig: String?

  @Option(
    help: ArgumentHelp(
      "Look at what an nginx -T elsewhere has printed, - for standard input; not at sockets then.", valueName: "file"))
  var nginxText: String?

  @Option(
    help: ArgumentHelp(
      "Where orders.socket and orders@.service are. (default: systemd's folders)", valueName: "dir"))
  var units: String?

  @Option(help: ArgumentHelp("Where the jobs live. (default: what the units say)", valueName: "sqlite:PATH"))
  var store: StoreLocation?

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    if [nginxPrefix, nginxConfig, nginxText].count(where: { $0 != nil }) > 1 {
      throw ValidationError("--nginx-prefix, --nginx-config and --nginx-text exclude each other")
    }
  }

  func run() throws {
    var look = DoctorLook()
    look.atUnits(in: units)
    look.atStore(store?.path)
    switch (nginxPrefix, nginxConfig, nginxText) {
    case (let prefix?, _, _): look.atNginx(NginxProgram.arguments(prefix: prefix), in: prefix)
    case (_, let file?, _): look.atNginx(NginxProgram.arguments(file: file), file: file)
    case (_, _, let text?): look.atText(text)
    default: look.atNginx(NginxProgram.arguments())
    }
    if nginxText == nil { look.atSockets(prefix: nginxPrefix) }
    let findings = look.found + Examination.findings(of: look.facts)
    let report = DoctorReport(
      findings: findings, seen: look.seen, inForce: look.inForce, unseen: look.unseen, failures: look.failures)
    if json { try report.printJSON() } else { report.printText() }
    if !findings.isEmpty { throw ExitCode(1) }
    if !look.failures.isEmpty { throw ExitCode(EX_UNAVAILABLE) }
  }
}

/// What doctor says.
struct DoctorReport: Encodable {
  struct Entry: Encodable {
    let code: String
    let place: String
    let fault: String
    let mend: String
  }

  let findings: [Entry]
  let lookedAt: [String]
  /// What is so, and no fault: how programs are confined.
  let inForce: [String]
  /// What nobody asked for, or is not there.
  let notLookedAt: [String]
  /// What should have been looked at, and couldn't be.
  let failures: [String]

  init(findings: [Finding], seen: [String], inForce: [String], unseen: [String], failures: [String]) {
    self.findings = findings.map { Entry(code: $0.code, place: $0.place, fault: $0.fault, mend: $0.mend) }
    lookedAt = seen
    self.inForce = inForce
    notLookedAt = unseen
    self.failures = failures
  }

  func printText() {
    for finding in findings {
      print("\(finding.place): \(finding.code): \(finding.fault)\n    mend: \(finding.mend)")
    }
    for failure in failures { FileHandle.standardError.write(Data("orders: not looked at: \(failure)\n".utf8)) }
    for thing in inForce { print("in force: \(thing)") }
    for thing in notLookedAt { print("not looked at: \(thing)") }
    let verdict = findings.isEmpty ? "nothing found" : findings.count == 1 ? "1 finding" : "\(findings.count) findings"
    print("\(verdict); looked at \(lookedAt.isEmpty ? "nothing" : lookedAt.joined(separator: ", "))")
  }

  func printJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}
