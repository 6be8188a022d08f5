import Kinds

/// What one attempt may take, with the defaults where the kind's file says nothing.
struct EffectiveLimits: Hashable, Sendable {
  var memory: Int
  var processes: Int
  var output: Int
  var log: Int
  var grace: Duration
  /// Bytes of a JSON result.
  var result: Int

  init(_ file: KindFile) {
    let limits = file.programLimits
    memory = limits.memory ?? 1 << 30
    processes = limits.processes ?? 128
    output = limits.output ?? 1 << 30
    log = limits.log ?? 64 << 10
    grace = limits.grace ?? .seconds(10)
    result = file.limits.result ?? 64 << 20
  }
}
