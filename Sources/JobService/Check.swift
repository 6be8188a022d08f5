import ArgumentParser
import Foundation
import Jobs
import JobsSQLite

/// `orders check`: whether everything that should be true of a store is.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether all is well with the store, while it is in use.",
    discussion: "Writes nothing. Exit status: 0 all is well, 1 something is not, 78 not a store of ours.")

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  func run() throws {
    let findings: StoreFindings
    do {
      findings = try StoreOwner.acting(for: store.path) { () throws(StoreError) in
        try SQLiteJobStore.check(path: store.path)
      }
    } catch {
      complain(error)
      throw ExitCode(error.code == .unusable ? EX_CONFIG : EX_TEMPFAIL)
    }
    for fact in findings.facts { print(fact) }
    for fault in findings.faults { print("fault: \(fault)") }
    print(findings.faults.isEmpty ? "ok" : "\(findings.faults.count) faults")
    if !findings.faults.isEmpty { throw ExitCode(1) }
  }
}

/// Says on standard error why nothing was done.
func complain(_ error: StoreError) {
  FileHandle.standardError.write(Data("orders: \(error)\n".utf8))
}
