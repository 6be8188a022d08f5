import CoreMetrics
import Synchronization

/// Adds to one number. `reset` does nothing: a total never falls.
final class WordCounter: CounterHandler {
  private let slot: Slot
  private nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<Int64>>

  init(_ slot: Slot, _ place: Int) {
    self.slot = slot
    word = slot.memory.word(place)
  }

  func increment(by amount: Int64) {
    word[Stripe.offset].wrappingAdd(amount, ordering: .relaxed)
  }

  func reset() {}
}

/// Counts values by size. What counting reads comes first, to be together in the processor's cache.
final class WordHistogram: TimerHandler, RecorderHandler {
  private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<Int64>>
  /// In whole numbers, as the values are.
  private let bounds: [Int64]
  private let perUnit: Int64
  private let slot: Slot
  private let family: Family

  init(_ slot: Slot, _ place: Int, _ family: Family) {
    self.slot = slot
    self.family = family
    perUnit = family.perUnit
    words = slot.memory.word(place)
    bounds = family.bounds.map(family.word)
  }

  /// Times before their beginning (a clock was set) count as none.
  func recordNanoseconds(_ duration: Int64) {
    add(perUnit == 1_000_000_000 ? duration : family.word(Double(duration) / 1e9))
  }

  func record(_ value: Int64) {
    add(value.multipliedReportingOverflow(by: perUnit).partialValue)
  }

  func record(_ value: Double) {
    add(family.word(value))
  }

  private func add(_ value: Int64) {
    let value = max(0, value)
    var bucket = 0
    while bucket < bounds.count, bounds[bucket] < value { bucket += 1 }
    let own = words + Stripe.offset
    own[0].wrappingAdd(value, ordering: .relaxed)
    own[1 + bucket].wrappingAdd(1, ordering: .relaxed)
  }
}

/// Holds one number, in the first stripe: gauges are rarely touched.
final class WordGauge: MeterHandler, RecorderHandler {
  private let slot: Slot
  private let family: Family
  private nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<Int64>>

  init(_ slot: Slot, _ place: Int, _ family: Family) {
    self.slot = slot
    self.family = family
    word = slot.memory.word(place)
  }

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { word.pointee.store(family.word(value), ordering: .relaxed) }
  func increment(by amount: Double) { word.pointee.wrappingAdd(family.word(amount), ordering: .relaxed) }
  func decrement(by amount: Double) { word.pointee.wrappingSubtract(family.word(amount), ordering: .relaxed) }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }
}
