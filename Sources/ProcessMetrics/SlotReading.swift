import Glibc

/// What stands in a slot.
public struct SlotReading: Sendable {
  public let number: Int
  public let holder: Holder
  /// Whether the process that wrote it lives. Of a dead one only what is not a gauge counts.
  public let isAlive: Bool
  public let samples: [Sample]

  /// All slots of a folder, in order. What is none, or of another layout, is left out.
  static func all(in folder: String) throws(FileFailure) -> [SlotReading] {
    guard let entries = opendir(folder) else { return try nothing(FileFailure("opendir")) ?? [] }
    defer { closedir(entries) }
    var numbers: [Int] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix("slot-"), let number = Int(name.dropFirst(5)) { numbers.append(number) }
    }
    var found: [SlotReading] = []
    for number in numbers.sorted() {
      if let slot = try read(number, in: folder) { found.append(slot) }
    }
    return found
  }

  private static func read(_ number: Int, in folder: String) throws(FileFailure) -> SlotReading? {
    let descriptor = open(Slot.path(of: number, in: folder), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return try nothing(FileFailure("open")) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFailure("fstat") }
    // Somebody is making it.
    guard status.st_size >= SlotLayout.size else { return nil }
    let memory = try SlotMemory(descriptor, writable: false)
    return SlotReading(number, memory, isAlive: FileLock.isTaken(descriptor))
  }

  /// What can't be had at all counts for nothing; what can't be had now is a failure, or totals would seem to fall.
  private static func nothing<Found>(_ failure: FileFailure) throws(FileFailure) -> Found? {
    guard ![EMFILE, ENFILE, ENOMEM].contains(failure.number) else { throw failure }
    return nil
  }

  private init?(_ number: Int, _ memory: SlotMemory, isAlive: Bool) {
    guard memory.magic == SlotLayout.magic, let table = memory.table.flatMap(SlotTable.init) else {
      return nil
    }
    self.number = number
    self.isAlive = isAlive
    holder = memory.holder
    samples = table.series.compactMap { series in
      let family = table.families[series.family]
      guard isAlive || family.kind != .gauge else { return nil }
      let words = (series.word..<series.word + family.words).map(memory.value)
      return Sample(family: family, labels: series.labels, words: words)
    }
  }

  /// The sum over all series of a name.
  public func sum(_ name: String) -> Double {
    samples.reduce(0) { $0 + ($1.family.name == name ? $1.value : 0) }
  }
}
