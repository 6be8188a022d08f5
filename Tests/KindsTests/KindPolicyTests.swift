import Jobs
import Kinds
import Testing

@Suite("What a kind says of its jobs")
struct KindPolicyTests {
  private func kind(_ limits: KindLimits = KindLimits(), attempts: Int? = nil, keep: Keep? = nil) -> Kind {
    Kind(
      "scan", path: "scans", input: #"{"type":"object"}"#, limits: limits, attempts: attempts, keep: keep, work: Echo())
  }

  private let defaults = KindLimits(
    body: 1, result: 2, time: .seconds(3), jobs: 4, jobsInAll: 5, waiting: 6, waitingBytes: 7)
  private let own = KindLimits(
    body: 10, result: 20, time: .seconds(30), jobs: 40, jobsInAll: 50, waiting: 60, waitingBytes: 70)

  @Test("wins against the defaults of the service, and they hold where it says nothing")
  func filled() {
    let says = kind(own, attempts: 8, keep: .time(.seconds(9))).filled(from: defaults, attempts: 3, keep: .forEver)
    #expect(says.limits == own && says.attempts == 8 && says.keep == .time(.seconds(9)))
    let silent = kind().filled(from: defaults, attempts: 3, keep: .time(.seconds(1)))
    #expect(silent.limits == defaults && silent.attempts == 3 && silent.keep == .time(.seconds(1)))
    #expect(kind(keep: .forEver).filled(from: defaults, attempts: 3, keep: .time(.seconds(1))).keep == .forEver)
  }

  @Test("is the policy of its work, the limit of its queue and its retention")
  func policy() {
    let work = kind(own, attempts: 8, keep: .time(.seconds(9)))
    let policy = work.asWork.policy
    #expect(policy.attempts.attempts == 8 && policy.attempts.timeout == .seconds(30))
    #expect(policy.jobs == 40 && policy.jobsInAll == 50 && policy.resultLimit == 20)
    #expect(work.queueLimits == QueueLimits(jobs: 60, bytes: 70))
    #expect(work.keptFor == .seconds(9))
    #expect(kind(keep: .forEver).keptFor == nil)
  }

  @Test("hands its work a stored input as an object, with the defaults that its schema has now")
  func defaults() async throws {
    let input = """
      {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer", "default": 1}}}
      """
    let context = JobContext(id: JobID(rawValue: 1), attempt: 1, epoch: 1) { _ in }
    for (stored, handed) in [(#""a":"x""#, #"{"a":"x","b":1}"#), (#""b":2"#, #"{"b":2}"#), ("", #"{"b":1}"#)] {
      let work = Kind("scan", path: "scans", input: input, work: Echo()).asWork.workload
      let result = try await work.run(Array(stored.utf8), in: context)
      #expect(String(decoding: result, as: UTF8.self) == handed)
    }
  }

  /// Its digest tells processes with different declarations apart.
  @Test("makes another declaration where it differs in anything, and the same where only the work differs")
  func declaration() {
    func kind(
      _ name: String = "scan", path: String = "scans", noun: String? = nil, title: String? = nil,
      description: String? = nil, input: String = #"{"type":"object"}"#, example: String? = nil,
      resultType: String = "application/json", result: String = "{}", limits: KindLimits = KindLimits(),
      attempts: Int? = nil, keep: Keep? = nil, pause: Duration = .zero
    ) -> Kind {
      Kind(
        name, path: path, noun: noun, title: title, description: description, input: input, example: example,
        resultType: resultType, result: result, limits: limits, attempts: attempts, keep: keep, work: Echo(pause: pause)
      )
    }
    let all = [
      kind(), kind("scan2", noun: "scan"), kind(path: "scans2", title: "Scans"), kind(noun: "page"),
      kind(title: "Pages"), kind(description: "Reads."),
      kind(input: #"{"type":"object","properties":{"a":{"type":"string"}}}"#), kind(example: "{}"),
      kind(resultType: "text/plain"), kind(result: #"{"type":"object"}"#), kind(limits: KindLimits(jobs: 1)),
      kind(limits: KindLimits(jobsInAll: 1)), kind(limits: KindLimits(time: .seconds(1))), kind(attempts: 1),
      kind(keep: .forEver), kind(keep: .time(.seconds(1))),
    ]
    #expect(Set(all.map(\.declaration)).count == all.count)
    #expect(kind().declaration == kind(pause: .seconds(1)).declaration)
  }
}

private struct Echo: Workload {
  var pause = Duration.zero

  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] { input }
}
