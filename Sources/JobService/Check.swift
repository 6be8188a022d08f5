import ArgumentParser
import Foundation
import JobFiles
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
        var findings = try SQLiteJobStore.check(path: store.path)
        try checkFiles(&findings)
        return findings
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

extension Check {
  /// Reads each file of a result.
  private func checkFiles(_ findings: inout StoreFindings) throws(StoreError) {
    let files = StoredFiles(path: try SQLiteJobStore.filesFolder(ofStoreAt: store.path))
    let named = try SQLiteJobStore.files(path: store.path)
    guard !named.isEmpty else { return }
    let damaged = named.compactMap { job, file in
      files.fault(of: file).map {
        (file.stored, "the file \(file.name) of job \(job) \($0): \(files.path)/\(file.stored)")
      }
    }
    // Others may have expired since.
    let left = damaged.isEmpty ? [] : Set(try SQLiteJobStore.files(path: store.path).map(\.file.stored))
    findings.facts.append("\(named.count) files of results")
    findings.faults += damaged.filter { left.contains($0.0) }.map(\.1)
  }
}

/// Says on standard error why nothing was done.
func complain(_ error: StoreError) {
  FileHandle.standardError.write(Data("orders: \(error)\n".utf8))
}
