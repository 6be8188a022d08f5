import Testing

@Suite("The protocol", .serialized)
struct ProtocolModelTests {
  @Test("keeps every promise in every history of two and three processes", arguments: Scenario.all)
  func keepsPromises(scenario: Scenario) async throws {
    let exploration = try await Exploration(of: ProtocolModel(scenario), keeping: Invariant.allCases)
    if let broken = exploration.broken { Issue.record("broken: \(broken.rawValue)\n\(exploration.trace ?? "")") }
    // In a history that is cut short nothing would be promised.
    #expect(exploration.isComplete)
    #expect(scenario.states.contains(exploration.states), "\(exploration.states)")
  }
}

extension Scenario: CustomTestStringConvertible {
  var testDescription: String { name }
}
