import Testing

@Suite("The model of the protocol", .serialized)
struct MutantTests {
  @Test("finds the promise that a missing rule breaks", arguments: Mutant.all)
  func findsBrokenPromise(mutant: Mutant) async throws {
    let model = ProtocolModel(mutant.scenario, without: mutant.flaws)
    #expect(try await Exploration(of: model, keeping: [mutant.broken]).broken == mutant.broken)
  }

  @Test("tells the shortest way to what is broken")
  func tellsShortestWay() async throws {
    let model = ProtocolModel(.twoJobs, without: [.lookActsLate])
    let exploration = try await Exploration(of: model, keeping: [.holderWorks])
    #expect(
      exploration.trace == """
        1. A claims a job with its submission
        2. A hears of its claim
        3. A claims a job with its submission
        4. A looks at its tenures
        5. A hears of its claim
        6. A acts on what it saw
           job 1: running, attempt 1, deaths 0, epoch 2, held by A
           job 2: running, attempt 1, deaths 0, epoch 2, held by A
           A: up, job 1 under epoch 2 running, job 2 under epoch 2 unheeded
           B: up
        """)
  }

  @Test("has each rule missing somewhere, and each promise broken")
  func coversRulesAndPromises() {
    #expect(Mutant.all.reduce(into: []) { $0.formUnion($1.flaws) } == Set(Flaw.allCases))
    #expect(Set(Mutant.all.map(\.broken)) == Set(Invariant.allCases))
  }
}

extension Mutant: CustomTestStringConvertible {
  var testDescription: String { "\(flaws.map { "\($0)" }.sorted().joined(separator: ", ")): \(broken.rawValue)" }
}
