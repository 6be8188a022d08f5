import Glibc
import Synchronization

/// This process's place among those of a folder: the file `slot-N` with its numbers, locked for life.
///
/// The file outlives the process. Whoever takes the slot next goes on with its counters, so that a total never falls,
/// whatever ended the process and at whichever instruction: the numbers stand in the kernel's memory from the moment they
/// are counted. Until then the file is counted as it was left. A power cut may lose the latest.
final class Slot: Sendable {
  /// More processes than anybody starts.
  private static let most = 1000

  let number: Int
  let memory: SlotMemory
  private let table: Mutex<SlotTable>
  /// Holds the lock.
  private let descriptor: Int32

  /// Takes the first free slot.
  static func take(in folder: String, as holder: Holder) throws(FileFailure) -> Slot {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw FileFailure("mkdir \(folder)") }
    // A version before let others in.
    chmod(folder, 0o700)
    for number in 0..<most {
      if let slot = try Slot(number, path: path(of: number, in: folder), as: holder) { return slot }
    }
    throw FileFailure("\(folder): all slots are taken", EAGAIN)
  }

  static func path(of number: Int, in folder: String) -> String { "\(folder)/slot-\(number)" }

  /// `nil` where somebody has it, or its file is of another layout.
  private init?(_ number: Int, path: String, as holder: Holder) throws(FileFailure) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileFailure("open \(path)") }
    do {
      guard FileLock.take(descriptor), let (memory, table) = try Self.load(descriptor, path) else {
        close(descriptor)
        return nil
      }
      self.number = number
      self.descriptor = descriptor
      self.memory = memory
      self.table = Mutex(table)
    } catch {
      close(descriptor)
      throw error
    }
    memory.holder = holder
  }

  deinit {
    close(descriptor)
  }

  /// What is there to go on with. All of the file is on the disk before anything of it is touched: to write where there is
  /// no room would end the process.
  private static func load(
    _ descriptor: Int32, _ path: String
  ) throws(FileFailure) -> (SlotMemory, SlotTable)? {
    let refusal = posix_fallocate(descriptor, 0, SlotLayout.size)
    guard refusal == 0 else { throw FileFailure("posix_fallocate \(path)", refusal) }
    let memory = try SlotMemory(descriptor)
    guard memory.magic == SlotLayout.magic || memory.magic == 0 else { return nil }
    guard memory.magic != 0, let table = memory.table.flatMap(SlotTable.init) else {
      // New, or torn by a power cut.
      memory.emptyTable()
      memory.clear(0..<SlotLayout.words)
      memory.magic = SlotLayout.magic
      return (memory, SlotTable())
    }
    for series in table.series where table.families[series.family].kind == .gauge {
      memory.clear(series.word..<series.word + 1)
    }
    return (memory, table)
  }

  /// Where a series is counted: where it was before, or a new place; `nil` where there is no room for one.
  func place(of family: Family, _ labels: String) -> Int? {
    table.withLock { table in
      if let known = table.find(family, labels) { return known.word }
      var grown = table
      let (series, lines) = grown.add(family, labels)
      guard grown.wordsUsed <= SlotLayout.words else { return nil }
      // After a power cut something may stand there that the table doesn't tell of.
      memory.clear(series.word..<grown.wordsUsed)
      guard memory.append(toTable: lines) else { return nil }
      table = grown
      return series.word
    }
  }
}
