import Jobs
import Testing

@Suite("The name of a process that work started")
struct WorkProcessTests {
  private let process = WorkProcess(pid: 4711, startTime: .max, group: 4710, boot: "a-b", pidNamespace: 4_026_531_836)

  @Test("is the same when it is read from its text")
  func text() {
    #expect(process.description == "4711 18446744073709551615 4710 4026531836 a-b")
    #expect(WorkProcess(process.description) == process)
    let own = WorkProcess(pid: 2, startTime: 0, group: 2, pidNamespace: 1)
    #expect(WorkProcess(own.description) == own && !own.isOfEarlierBoot && process.isOfEarlierBoot)
  }

  @Test(
    "is read from no other text, and never names all processes or this one's group",
    arguments: [
      "", "4711", "4711 1 4711 1", "4711 1 4711 1 a b", "4711  4711 1 a", "x 1 4711 1 a", "4711 -1 4711 1 a",
      "1 1 4711 1 a", "0 1 4711 1 a", "-1 1 4711 1 a", "4711 1 1 1 a", "4711 1 0 1 a", "4711 1 -4711 1 a",
      "4294967297 1 4711 1 a",
    ])
  func other(text: String) {
    #expect(WorkProcess(text) == nil)
  }
}
