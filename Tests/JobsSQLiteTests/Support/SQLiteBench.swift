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
    let connection = try Connection.editor(path: path)
    try Schema.migrate(connection, upTo: "1")
    try connection.run(script: "PRAGMA application_id = \(Schema.applicationID);" + rows)
    try connection.close()
  }

  /// What another program does to the file while no member has it open.
  func edit(_ script: String) throws {
    let connection = try Connection.editor(path: path)
    try connection.run(script: script)
    try connection.close()
  }
}
