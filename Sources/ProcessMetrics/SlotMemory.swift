import Glibc
import Synchronization

/// A slot's file, mapped. Unmapped when the value goes.
///
/// `@unchecked Sendable`: only atomics and, by whoever holds the slot, bytes that nobody reads yet are reached through it.
final class SlotMemory: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer

  /// Maps a file that is long enough.
  init(_ descriptor: Int32, writable: Bool = true) throws(FileFailure) {
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    let base = mmap(nil, SlotLayout.size, protection, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else { throw FileFailure("mmap") }
    self.base = base
  }

  deinit {
    munmap(base, SlotLayout.size)
  }

  func header(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    (base + index * 8).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// A word in the first stripe; those of the others lie ``SlotLayout/words`` apart.
  func word(_ index: Int) -> UnsafeMutablePointer<Atomic<Int64>> {
    (base + SlotLayout.valuesStart + index * 8).assumingMemoryBound(to: Atomic<Int64>.self)
  }

  /// Over all stripes.
  func value(_ index: Int) -> Int64 {
    let first = word(index)
    var sum: Int64 = 0
    for stripe in 0..<SlotLayout.stripes {
      sum &+= first[stripe * SlotLayout.words].load(ordering: .relaxed)
    }
    return sum
  }

  func clear(_ range: Range<Int>) {
    for index in range {
      let first = word(index)
      for stripe in 0..<SlotLayout.stripes { first[stripe * SlotLayout.words].store(0, ordering: .relaxed) }
    }
  }

  var magic: UInt64 {
    get { header(SlotLayout.Header.magic).pointee.load(ordering: .acquiring) }
    set { header(SlotLayout.Header.magic).pointee.store(newValue, ordering: .releasing) }
  }

  /// The table's text; `nil` where that can't be one.
  var table: String? {
    let length = header(SlotLayout.Header.tableLength).pointee.load(ordering: .acquiring)
    guard length <= SlotLayout.tableSize else { return nil }
    return String(
      validating: UnsafeRawBufferPointer(start: base + SlotLayout.tableStart, count: Int(length)), as: UTF8.self)
  }

  /// False, and nothing is written, where there is no room for it.
  func append(toTable lines: String) -> Bool {
    let header = header(SlotLayout.Header.tableLength)
    let length = Int(header.pointee.load(ordering: .relaxed))
    let bytes = Array(lines.utf8)
    guard length + bytes.count <= SlotLayout.tableSize else { return false }
    (base + SlotLayout.tableStart + length).copyMemory(from: bytes, byteCount: bytes.count)
    header.pointee.store(UInt64(length + bytes.count), ordering: .releasing)
    return true
  }

  func emptyTable() {
    header(SlotLayout.Header.tableLength).pointee.store(0, ordering: .releasing)
  }

  /// The process that has the slot, for people and for ``SlotReading``.
  var holder: Holder {
    get {
      // A power cut may leave any number.
      let length = Int(
        min(
          header(SlotLayout.Header.versionLength).pointee.load(ordering: .acquiring),
          UInt64(SlotLayout.Header.longestVersion)))
      let version = UnsafeRawBufferPointer(start: base + SlotLayout.Header.version * 8, count: length)
      return Holder(
        process: Int32(truncatingIfNeeded: header(SlotLayout.Header.process).pointee.load(ordering: .relaxed)),
        startedAt: Int64(bitPattern: header(SlotLayout.Header.startedAt).pointee.load(ordering: .relaxed)),
        version: String(decoding: version, as: UTF8.self))
    }
    set {
      let version = Array(newValue.version.utf8.prefix(SlotLayout.Header.longestVersion))
      header(SlotLayout.Header.versionLength).pointee.store(0, ordering: .releasing)
      header(SlotLayout.Header.process).pointee.store(UInt64(truncatingIfNeeded: newValue.process), ordering: .relaxed)
      header(SlotLayout.Header.startedAt).pointee.store(UInt64(bitPattern: newValue.startedAt), ordering: .relaxed)
      (base + SlotLayout.Header.version * 8).copyMemory(from: version, byteCount: version.count)
      header(SlotLayout.Header.versionLength).pointee.store(UInt64(version.count), ordering: .releasing)
    }
  }
}

/// Who has a slot.
public struct Holder: Hashable, Sendable {
  public var process: Int32
  /// Unix milliseconds.
  public var startedAt: Int64
  /// Of its program.
  public var version: String

  public init(process: Int32, startedAt: Int64, version: String) {
    self.process = process
    self.startedAt = startedAt
    self.version = version
  }
}
