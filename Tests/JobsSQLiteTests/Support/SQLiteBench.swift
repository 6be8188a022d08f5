import JobStoreConformance
import Jobs
import TestSupport

@testable import JobsSQLite

/// A database file in a folder of its own, and any number of members of it in this process.
final class SQLiteBench: JobStoreBench {
  let folder: TemporaryFolder
  var path: String { folder.path + "/orders.db" }

  init() throws {
    folder = try TemporaryFolder()
  }

  func join(lease: Duration) async throws -> any JobStore {
    try open(.init(lease: lease))
  }

  func open(_ configuration: SQLiteJobStore.Configuration = .init()) throws(StoreError) -> SQLiteJobStore {
    try SQLiteJobStore.open(path: path, configuration: configuration)
  }

  func kill(_ member: any JobStore) async throws {
    await (member as? SQLiteJobStore)?.abandon()
  }
}
