import JobStoreConformance
import JobsSQLite
import Testing

@Suite("SQLite keeps every guarantee of JobStore", .serialized)
struct ConformanceTests {
  @Test(arguments: Guarantee.all)
  func keeps(_ guarantee: Guarantee) async throws {
    try await guarantee.check(SQLiteBench())
  }
}
