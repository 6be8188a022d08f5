import CoreMetrics
import Glibc
import Synchronization
import TestSupport

@testable import ProcessMetrics

/// Processes that share a folder, as many as a test makes in this one. One whose value goes has died.
final class MetricsBench: Sendable {
  static let catalogue: [Family] = [
    .counter("orders_total", "Orders."), .gauge("orders_open", "Open ones."),
    .seconds("orders_seconds", "Their time.", bounds: [0.001, 0.01, 1]),
    .histogram("orders_rows", "Their rows.", bounds: [1, 10]),
  ]

  private let temporary: TemporaryFolder
  private let lines = Mutex<[String]>([])

  var folder: String { temporary.path + "/metrics" }
  var said: [String] { lines.withLock { $0 } }

  init() throws {
    temporary = try TemporaryFolder()
  }

  func process(
    catalogue: [Family] = MetricsBench.catalogue, version: String = "1", folder: String? = nil
  ) throws -> ProcessMetrics {
    ProcessMetrics(folder: folder ?? self.folder, catalogue: catalogue, version: version) { [self] line in
      lines.withLock { $0.append(line) }
    }
  }

  /// The death of the process that has slot `number`. Waits until its lock is gone: a child that another test starts in that
  /// moment shares it until it executes its program.
  func end(_ process: inout ProcessMetrics?, inSlot number: Int = 0) throws {
    process = nil
    let descriptor = open("\(folder)/slot-\(number)", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw FaultyFile() }
    defer { close(descriptor) }
    try patiently("slot \(number) is free") { !FileLock.isTaken(descriptor) }
  }

  /// All that any process would tell.
  func page(of process: ProcessMetrics) throws -> [String] {
    var page = Exposition(families: process.catalogue)
    for sample in try process.slots().flatMap(\.samples) { page.add(sample) }
    return String(decoding: page.text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The lines of one name, without comments.
  func told(_ name: String, by process: ProcessMetrics) throws -> [String] {
    try page(of: process).filter {
      $0.hasPrefix(name) && $0.dropFirst(name.count).first.map { "{ ".contains($0) } ?? false
    }
  }

  /// Overwrites bytes of a slot's file.
  func write(_ bytes: [UInt8], at offset: Int, ofSlot number: Int) throws {
    let descriptor = open("\(folder)/slot-\(number)", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else { throw FaultyFile() }
  }

  struct FaultyFile: Error {}
}

extension ProcessMetrics {
  func counter(_ labels: [(String, String)] = [], _ name: String = "orders_total") -> any CounterHandler {
    makeCounter(label: name, dimensions: labels)
  }
}
