import Logging

/// Ending what dead and hanging members have started, so that the next attempts of their jobs may begin.
extension JobRunner {
  /// Asks for the end of each orphan; all at once, and not waiting for any.
  func endOrphans() async {
    guard let ender else { return }
    do {
      let orphans = try await store.orphans()
      let tenures = Set(orphans.map(\.tenure))
      unended = unended.filter { tenures.contains($0.key) }
      for orphan in orphans where ending.insert(orphan.tenure).inserted {
        Task { await end(orphan, by: ender) }
      }
    } catch {
      logger.error("look for orphans", metadata: ["error": "\(error)"])
    }
  }

  /// Frees the slot of one that is known to have ended. The others are looked at again with the next beat.
  private func end(_ orphan: Orphan, by ender: any WorkProcessEnder) async {
    let end = await ender.end(orphan.process)
    var metadata: Logger.Metadata = ["job": "\(orphan.tenure.id)", "pid": "\(orphan.process.pid)"]
    switch end {
    case .dead:
      do {
        try await store.free([orphan.tenure])
        logger.notice("process of an earlier attempt has ended", metadata: metadata)
      } catch {
        metadata["error"] = "\(error)"
        if error.code != .closed { logger.error("free the slot of an orphan", metadata: metadata) }
      }
    case .unknown(let reason):
      metadata["because"] = "\(reason)"
      if unended.updateValue(WorkTrouble(orphan, reason: reason), forKey: orphan.tenure) == nil {
        logger.error("process of an earlier attempt may live: its job waits", metadata: metadata)
      }
    }
    ending.remove(orphan.tenure)
  }
}
