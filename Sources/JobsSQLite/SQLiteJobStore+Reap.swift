public import Jobs

extension SQLiteJobStore {
  @discardableResult
  public func reap(at now: Timestamp) async throws(StoreError) -> [JobID] {
    let suspects = try readers.read("look for dead members") { connection in
      try connection(.members).rows(decode: MemberRow.init(from:))
    }.filter { $0.id != member.id && ($0.isDead(in: files) || $0.hasLapsed(at: .now)) }
    guard !suspects.isEmpty else { return [] }
    let (moved, dead) = try await write("reap") { [member, files] transaction in
      var (moved, dead): ([JobID], [String]) = ([], [])
      // That this write succeeds shows, for next time, that leases could be renewed too.
      try transaction.touch()
      for row in try transaction.connection(.members).rows(decode: MemberRow.init(from:)) where row.id != member.id {
        let isDead = row.isDead(in: files)
        let hasLapsed = row.hasLapsed(at: transaction.clock) && transaction.span.coversLease(at: transaction.clock)
        guard isDead || hasLapsed else { continue }
        moved += try Self.takeJobs(of: row.id, in: transaction, at: now)
        guard isDead else { continue }
        try transaction.releaseCallbacks(of: row.id)
        try transaction.connection(.removeMember).run(row.id)
        dead.append(row.token)
      }
      if !dead.isEmpty { try transaction.freeLostSlots() }
      return (moved, dead)
    }
    // After the commit: while the row is there, a missing file says "dead" as well.
    for token in dead { Presence.removeFile(of: token, in: files) }
    return moved
  }

  private static func takeJobs(
    of member: Int64, in transaction: WriteTransaction, at now: Timestamp
  ) throws -> [JobID] {
    try transaction.connection(.keepNone).run(member)
    let jobs = try transaction.connection(.runningJobs).rows(member) { row in
      (
        tenure: Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1)),
        count: AttemptCount(
          attempt: Int(row.integer(2)), attempts: Int(row.integer(3)), deaths: Int(row.integer(4)))
      )
    }
    for job in jobs {
      let write = AttemptWrite(transaction, job.tenure, at: now)
      switch job.count.afterDeath(besideOthers: jobs.count > 1) {
      case .waits(let count): _ = try write.wait(count)
      case .fails(let count): _ = try write.fail(by: .workerLost, deaths: count.deaths)
      }
    }
    return jobs.map(\.tenure.id)
  }
}
