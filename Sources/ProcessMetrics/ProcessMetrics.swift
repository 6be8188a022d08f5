public import CoreMetrics
import Glibc

/// Counts what the rooms of this process tell of through swift-metrics, where its siblings can read it: in a file of its
/// own in a folder that all processes of a store share. Any of them answers for all.
///
/// Counting takes no lock and allocates nothing: two or three relaxed additions to memory.
public final class ProcessMetrics: MetricsFactory {
  private let folder: String
  private let families: [String: Family]
  /// `nil` where there is none to be had.
  private let slot: Slot?
  private let log: @Sendable (String) -> Void
  /// Those that are known from the beginning, in the order in which they are shown.
  public let catalogue: [Family]

  /// Takes a slot in `folder`, making that where there is none. Where it can't, for the disk is full, say, `log` hears of
  /// it and nothing of this process is counted: that is no reason not to serve.
  ///
  /// A label that is a name in `catalogue` counts as it says there; any other one is a family of its own.
  public init(folder: String, catalogue: [Family], version: String, log: @escaping @Sendable (String) -> Void) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let holder = Holder(
      process: getpid(), startedAt: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000, version: version)
    self.folder = folder
    self.catalogue = catalogue
    families = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0) })
    self.log = log
    do {
      slot = try Slot.take(in: folder, as: holder)
    } catch {
      log("nothing is counted in this process: \(error)")
      slot = nil
    }
  }

  /// Every slot, in order. Reading waits for nobody and keeps nobody from counting. Throws where one can't be read now: the
  /// system is out of descriptors or memory.
  public func slots() throws -> [SlotReading] {
    try SlotReading.all(in: folder)
  }

  // MARK: - What swift-metrics asks for

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    let family = family(label, or: .counter(Labels.legal(label), Self.noHelp), as: .counter)
    return place(of: family, dimensions).map { WordCounter($0, $1) } ?? NOOPMetricsHandler.instance
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    guard aggregate else { return gauge(label, dimensions) ?? NOOPMetricsHandler.instance }
    let bounds = (0...6).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    let other = Family.histogram(Labels.legal(label), Self.noHelp, perUnit: 1000, bounds: bounds)
    return histogram(family(label, or: other, as: .histogram), dimensions) ?? NOOPMetricsHandler.instance
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    let family = family(label, or: .seconds(Labels.legal(label), Self.noHelp), as: .histogram)
    return histogram(family, dimensions) ?? NOOPMetricsHandler.instance
  }

  // What was counted stays counted.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  private static let noHelp = "Told by the work that runs here."

  private func gauge(_ label: String, _ labels: [(String, String)]) -> WordGauge? {
    let family = family(label, or: .gauge(Labels.legal(label), Self.noHelp, perUnit: 1_000_000), as: .gauge)
    return place(of: family, labels).map { WordGauge($0, $1, family) }
  }

  private func histogram(_ family: Family, _ labels: [(String, String)]) -> WordHistogram? {
    place(of: family, labels).map { WordHistogram($0, $1, family) }
  }

  private func family(_ label: String, or other: Family, as kind: Family.Kind) -> Family {
    guard let family = families[label] else { return other }
    precondition(family.kind == kind, "\(label) is no \(kind.rawValue)")
    return family
  }

  private func place(of family: Family, _ labels: [(String, String)]) -> (Slot, Int)? {
    guard let slot else { return nil }
    let labels = Labels.text(labels)
    guard let place = slot.place(of: family, labels) else {
      log("no room to count \(family.name){\(labels)}")
      return nil
    }
    return (slot, place)
  }
}
