import CoreMetrics
import Jobs
import Testing

@testable import JobsHTTP

@Suite("Seats")
struct SeatsTests {
  private func seats(_ total: Int) -> Seats { Seats(total, meter: Meter(label: "test")) }

  @Test("one client gets half of them, and others get theirs")
  func share() throws {
    let seats = seats(10)
    var taken = try (0..<5).map { _ in try seats.take(for: .user("ann")) }
    #expect(throws: Seats.Refusal.shareTaken) { try seats.take(for: .user("ann")) }
    taken += try (0..<4).map { _ in try seats.take(for: .address([10, 0, 0, 1])) }
    taken.append(try seats.take(for: .unknown))
    #expect(throws: Seats.Refusal.allTaken) { try seats.take(for: .user("bob")) }
    // Its own share is what it can do something about.
    #expect(throws: Seats.Refusal.shareTaken) { try seats.take(for: .user("ann")) }
    #expect(throws: Seats.Refusal.allTaken) { try seats.take(for: nil) }
    #expect(taken.count == 10)
  }

  @Test("who is no client has no share")
  func exempt() throws {
    let seats = seats(10)
    let taken = try (0..<10).map { _ in try seats.take(for: nil) }
    #expect(throws: Seats.Refusal.allTaken) { try seats.take(for: nil) }
    #expect(taken.count == 10 && seats.clients == 0)
  }

  @Test("a seat that is given back can be taken again, and nothing is kept of a client without one")
  func givenBack() throws {
    let seats = seats(4)
    for number in 0..<1000 {
      let client = Client.user(JobOwner("user \(number)"))
      let taken = try (0..<2).map { _ in try seats.take(for: client) }
      #expect(throws: Seats.Refusal.shareTaken) { try seats.take(for: client) }
      withExtendedLifetime(taken) {}
    }
    #expect(seats.clients == 0)
  }

  @Test("where there is one, one client may have it, and where there is none, nobody", arguments: [0, 1])
  func few(_ total: Int) throws {
    let seats = seats(total)
    #expect(seats.share == 1)
    let taken = try? seats.take(for: .unknown)
    #expect((taken != nil) == (total == 1))
    #expect(throws: Seats.Refusal.self) { try seats.take(for: .user("ann")) }
    withExtendedLifetime(taken) {}
  }
}
