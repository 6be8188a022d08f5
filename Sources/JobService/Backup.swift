import ArgumentParser
import Glibc
import JobFiles
import Jobs
import JobsSQLite

/// `orders backup`: a copy of the store, while it is in use.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the store into a new file, while it is in use.",
    discussion: """
      The copy is whole and on disk when this ends, or not there. It is a store of its own, for \
      orders restore: what ran waits there, and runs again. The files of results are in FILE-files: links, where \
      that is on the same file system.
      Root makes no FILE in a folder of another user's.
      Exit status: 0 the copy is there, 73 FILE was there before, 75 it can't be written, 78 not a store of ours, or the \
      folder is another user's.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @Argument(help: "The file to make.")
  var file: String

  func run() throws {
    let isThere = access(file, F_OK) == 0
    do {
      try StoreOwner.refuseStranger(folderOf: file, operation: "backup")
      let files = StoredFiles(path: try SQLiteJobStore.filesFolder(ofStoreAt: store.path))
      try files.keeping { () throws(StoreError) in
        try SQLiteJobStore.backUp(path: store.path, to: file) { named throws(StoreError) in
          try files.copy(named.map(\.stored), to: file + "-files")
        }
      }
    } catch {
      complain(error)
      guard error.code == .unusable else { throw ExitCode(EX_TEMPFAIL) }
      throw ExitCode(isThere ? EX_CANTCREAT : EX_CONFIG)
    }
  }
}
