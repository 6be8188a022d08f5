import Foundation
import Glibc
import Jobs
import JobsHTTP
import JobsSQLite
import Logging
import ProcessMetrics

/// What `GET /metrics` answers, in any process for all of them.
struct Scrape: Sendable {
  let metrics: ProcessMetrics
  let store: SQLiteJobStore
  let kinds: Set<JobKind>
  let logger: Logger

  /// All or nothing: with some of the slots left out totals would seem to fall.
  func text() throws -> [UInt8] {
    var page = Exposition(families: metrics.catalogue)
    // From the beginning, so that the first end is a change.
    for kind in kinds {
      for status in JobStatus.allCases where status.isFinal {
        page.add("orders_finished_total", [("kind", kind.rawValue), ("status", status.rawValue)], 0)
      }
    }
    let slots = try metrics.slots()
    for slot in slots {
      for sample in slot.samples where !Self.isOfProcess(sample.family) {
        page.add(sample)
        if Catalogue.requestTimes.contains(sample.family.name) { page.add(Catalogue.requestCount, countOf: sample) }
      }
    }
    tell(of: slots.filter(\.isAlive), on: &page)
    // What the store can't tell now is missing, and the alarm about that is not.
    do {
      tell(of: try store.standing(of: kinds), on: &page)
    } catch {
      logger.error("metrics", metadata: ["error": "\(error)"])
    }
    return page.text
  }

  private static func isOfProcess(_ family: Family) -> Bool { family.name.hasPrefix("orders_process_") }

  private func tell(of living: [SlotReading], on page: inout Exposition) {
    page.add("orders_processes", Double(living.count))
    for slot in living {
      let process = [("process", "\(slot.number)")]
      page.add("orders_build_info", process + [("version", slot.holder.version)], 1)
      page.add("orders_process_start_time_seconds", process, Double(slot.holder.startedAt) / 1000)
      if let bytes = Self.residentMemory(of: slot.holder.process) {
        page.add("orders_process_resident_memory_bytes", process, bytes)
      }
      for sample in slot.samples where sample.family.name == "orders_process_running" {
        page.add(sample, with: process)
      }
      page.add("orders_process_store_fault", process, slot.sum("orders_process_store_fault"))
      let requests = Catalogue.requestTimes.reduce(0) { $0 + slot.sum($1) }
      page.add("orders_process_requests_total", process, requests)
      for (own, shared) in [
        ("orders_process_waits", "orders_waits"), ("orders_process_streams", "orders_streams"),
        ("orders_process_commits_total", "orders_store_commits_total"),
      ] { page.add(own, process, slot.sum(shared)) }
    }
  }

  private func tell(of standing: StoreStanding, on page: inout Exposition) {
    for (kind, standing) in standing.kinds {
      let kind = [("kind", kind.rawValue)]
      page.add("orders_queued", kind, Double(standing.queued))
      page.add("orders_queued_bytes", kind, Double(standing.queuedBytes))
      let age = standing.oldestAcceptedAt.map { Timestamp.now.milliseconds - $0.milliseconds } ?? 0
      page.add("orders_queue_oldest_seconds", kind, Double(max(0, age)) / 1000)
      page.add("orders_running", kind, Double(standing.running))
    }
    let all = standing.kinds.values
    page.add("orders_jobs", [("status", JobStatus.started.rawValue)], Double(all.reduce(0) { $0 + $1.queued }))
    page.add("orders_jobs", [("status", JobStatus.running.rawValue)], Double(all.reduce(0) { $0 + $1.running }))
    page.add("orders_callbacks_unsettled", Double(standing.unsettledCallbacks))
    page.add("orders_store_wal_bytes", Double(standing.logBytes))
  }

  /// Of a process that has just gone there is none.
  private static func residentMemory(of process: Int32) -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8) else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}
