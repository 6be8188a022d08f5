import Jobs
import TestSupport
import Testing

@Suite("A claim that stands")
struct StandingClaimTests {
  private let kind = Scripted.kind
  private let claim = StandingClaim(Room(1, of: [Scripted.kind: 3]))
  private var taken: Claim {
    Claim(tenure: Tenure(id: JobID(rawValue: 1), epoch: 1), kind: kind, input: [], attempt: 1, acceptedAt: .now)
  }

  @Test("is used by one transaction at a time")
  func oneAtATime() {
    #expect(claim.takeUp() != nil)
    #expect(claim.takeUp() == nil)
    claim.takenUp([])
    #expect(claim.takeUp() != nil)
  }

  @Test("is over once it has taken something")
  func over() async {
    _ = claim.takeUp()
    let taken = taken
    claim.takenUp([taken])
    #expect(claim.takeUp() == nil)
    #expect(await claim.claims() == [taken])
  }

  @Test("takes nothing once it was withdrawn")
  func withdrawn() async {
    claim.withdraw()
    #expect(claim.takeUp() == nil)
    #expect(await claim.claims().isEmpty)
  }

  @Test("that is withdrawn while a transaction uses it tells what that has taken")
  func withdrawnInUse() async {
    _ = claim.takeUp()
    claim.withdraw()
    let taken = taken
    claim.takenUp([taken])
    #expect(await claim.claims() == [taken])
  }

  @Test("that is withdrawn while a transaction uses it is over where that takes nothing")
  func withdrawnInVain() async {
    _ = claim.takeUp()
    claim.withdraw()
    claim.takenUp([])
    #expect(await claim.claims().isEmpty)
    #expect(claim.takeUp() == nil)
  }

  @Test("has the room that its owner says, from the next transaction on")
  func room() {
    claim.change(to: Room())
    #expect(claim.takeUp() == nil)
    claim.change(to: Room(2, of: [kind: 3]))
    #expect(claim.takeUp() == Room(2, of: [kind: 3]))
    claim.change(to: Room(3, of: [kind: 3]))
    claim.takenUp([])
    #expect(claim.takeUp() == Room(3, of: [kind: 3]))
  }
}
