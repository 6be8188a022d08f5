import GRDB
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
    guard let store = member as? SQLiteJobStore else { return }
    await store.abandon()
    // A program that another test starts has the lock too, until it is executed.
    try await eventually("the lock is free") { Presence.isGone(store.member.presence.token, in: store.files) }
  }

  /// A store as the first version made them, with what `rows` puts into its tables.
  static func makeFirstVersion(path: String, _ rows: String) throws {
    let queue = try DatabaseQueue(path: path)
    try Schema.migrator.migrate(queue, upTo: "1")
    try queue.write { try $0.execute(sql: "PRAGMA application_id = \(Schema.applicationID);" + rows) }
    try queue.close()
  }
}
