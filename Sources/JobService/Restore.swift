import ArgumentParser
import Glibc
import JobFiles
import Jobs
import JobsSQLite

/// `orders restore`: a backup in the place of the store.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a backup in the place of the store, while no responder runs.",
    discussion: """
      End all responders first, and what starts them: systemctl stop orders.socket 'orders@*'. It refuses while any \
      process has the store open, and a responder that starts meanwhile waits. The backup is checked, and stays as it is. \
      The store that was there is kept beside it; nothing changes unless all went well.
      Exit status: 0 the backup is in place, 75 the store is in use or can't be written, 78 BACKUP is no store of ours or \
      not whole, or the store is another user's.
      """)

  @Argument(help: "A file that orders backup made.", completion: .file())
  var backup: String

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  func run() throws {
    let before: String?
    do {
      try StoreOwner.refuseStranger(folderOf: store.path, operation: "restore")
      before = try restore()
    } catch {
      complain(error)
      throw ExitCode(error.code == .unusable ? EX_CONFIG : EX_TEMPFAIL)
    }
    print("\(store.path) is a copy of \(backup) now")
    if let before { print("what was there before is \(before)") }
  }

  /// Files first: they have names of their own, so that none of the store's is replaced. Those of the store that was there go
  /// with it.
  private func restore() throws(StoreError) -> String? {
    let saved = StoredFiles(path: backup + "-files")
    let files = StoredFiles(path: try SQLiteJobStore.filesFolder(ofStoreAt: store.path))
    return try files.keeping { () throws(StoreError) in
      try SQLiteJobStore.restore(
        backup, to: store.path,
        putFiles: { named throws(StoreError) in
          for file in named {
            guard let fault = saved.fault(of: file) else { continue }
            throw StoreError(.unusable, operation: "restore", cause: "\(saved.path)/\(file.stored) \(fault)")
          }
          try saved.copy(named.map(\.stored), to: files.path)
        },
        keepFiles: { before, old throws(StoreError) in
          try files.copy(old.map(\.stored).filter(files.has), to: before + "-files")
        })
    }
  }
}
