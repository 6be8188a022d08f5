import TestSupport
import Testing

/// One running product for all tests of a suite. When they are through it has to stop well, and nginx must have had
/// nothing alarming to say.
struct Served: SuiteTrait, TestScoping {
  let processes: Int
  let options: [String]

  @concurrent
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let service = try await RunningService.start(processes: processes, options: options)
    try await Served.$service.withValue(service) { try await function() }
    try await service.stopsWell()
  }

  @TaskLocal static var service: RunningService?
}

extension Trait where Self == Served {
  static func served(processes: Int = 2, _ options: String...) -> Self {
    Served(processes: processes, options: options.isEmpty ? ["--pace", "0s"] : options)
  }
}

/// Runs `body`, which may block, with the suite's service.
func served<Value: Sendable>(_ body: @escaping @Sendable (RunningService) throws -> Value) async throws -> Value {
  let service = try #require(Served.service, "the suite lacks the trait .served()")
  return try await blocking { try body(service) }
}

extension RunningService {
  /// Ends it and looks at what it left.
  func stopsWell() async throws {
    #expect(try await stop() == 0, "\(log.suffix(2000))")
    let alarms = nginxErrors.split(separator: "\n").filter { line in
      ["[alert]", "[crit]", "[emerg]"].contains { line.contains($0) }
    }
    #expect(alarms.isEmpty)
  }
}
