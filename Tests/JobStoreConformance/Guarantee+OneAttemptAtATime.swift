import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let oneAttemptAtATime: [Guarantee] = [
    Guarantee("a job of which an earlier attempt runs on is claimed by no member, and hides no other of its kind") {
      bench in
      let (holder, sibling) = (try await bench.join(), try await bench.join())
      let ids = [try await holder.accept(), try await holder.accept()]
      let late = try await holder.claim(.oneAtATime(1), at: .at(1))[0].tenure
      #expect(late.id == ids[0])
      let end = JobEnd(tenure: late, outcome: .retry(after: .zero), hasReturned: false)
      #expect(try await holder.finish([end], at: .at(2)) == [true])
      for member in [holder, sibling] {
        #expect(try await member.hasWaiting(for: .oneAtATime(1)))
        let claims = try await member.claim(.oneAtATime(1), at: .at(3)).map(\.tenure)
        #expect(claims.map(\.id) == [ids[1]])
        try await member.finish(claims[0], as: .release, at: .at(3))
      }
      #expect(try await sibling.cancel(ids[1], at: .at(4)) == .cancelled)
      for member in [holder, sibling] {
        #expect(try await !member.hasWaiting(for: .oneAtATime(8)))
        #expect(try await member.claim(.oneAtATime(8), at: .at(5)).isEmpty)
      }
      try await holder.free([late])
      #expect(try await sibling.hasWaiting(for: .oneAtATime(8)))
      #expect(try await sibling.claim(.oneAtATime(8), at: .at(6)).map(\.attempt) == [2])
    },

    Guarantee("kinds whose attempts may overlap are claimed as ever beside one whose attempts may not") { bench in
      let store = try await bench.join()
      _ = try await store.accept()
      let report = try await store.accept(NewJob(kind: .report, input: []))
      let claims = try await store.claim(.oneAtATime(8), at: .at(1)).map(\.tenure)
      #expect(claims.count == 2)
      let ends = claims.map { JobEnd(tenure: $0, outcome: .release, hasReturned: false) }
      try await store.finish(ends, at: .at(2))
      #expect(try await store.claim(.oneAtATime(8), at: .at(3)).map(\.tenure.id) == [report])
    },

    Guarantee("a process is recorded for an attempt that its member holds, and for no other") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      _ = try await one.accept()
      let tenure = try await one.claim(.oneAtATime(1), at: .at(1))[0].tenure
      #expect(try await one.record(.some(1), of: tenure))
      #expect(try await one.record(.some(2), of: tenure))
      #expect(try await !two.record(.some(3), of: tenure))
      #expect(try await !one.record(.some(3), of: Tenure(id: tenure.id, epoch: tenure.epoch + 1)))
      #expect(try await !one.record(.some(3), of: Tenure(id: JobID(rawValue: 99), epoch: 1)))
      _ = try await two.cancel(tenure.id, at: .at(2))
      #expect(try await !one.record(.some(3), of: tenure))
      // One that holds no slot can name none.
      _ = try await one.accept()
      let free = try await one.claimOne().tenure
      #expect(try await !one.record(.some(3), of: free))
    },

    Guarantee("the process of a dead member's attempt is an orphan, and bars its job until the slot is freed") {
      bench in
      let (dying, survivor) = (try await bench.join(), try await bench.join())
      let id = try await dying.accept()
      let tenure = try await dying.claim(.oneAtATime(1, inAll: 1), at: .at(1))[0].tenure
      #expect(try await dying.record(.some(1), of: tenure))
      #expect(try await survivor.orphans().isEmpty)
      try await bench.kill(dying)
      #expect(try await survivor.reap(at: .at(2)) == [id])
      _ = try await survivor.accept()
      let next = try await bench.join()
      for member in [survivor, next] {
        #expect(try await member.orphans() == [Orphan(tenure: tenure, kind: .order, process: .some(1))])
        // It counts among those that run in all members, so that no other job begins either.
        #expect(try await !member.hasWaiting(for: .oneAtATime(8, inAll: 1)))
        #expect(try await member.claim(.oneAtATime(8, inAll: 1), at: .at(3)).isEmpty)
      }
      try await survivor.free([tenure])
      #expect(try await next.orphans().isEmpty)
      #expect(try await next.claim(.oneAtATime(8, inAll: 1), at: .at(4)).map(\.tenure.id) == [id])
    },

    Guarantee("an attempt of a dead member that had recorded no process bars its job no longer") { bench in
      let (dying, survivor) = (try await bench.join(), try await bench.join())
      let id = try await dying.accept()
      #expect(try await dying.claim(.oneAtATime(1), at: .at(1)).count == 1)
      try await bench.kill(dying)
      #expect(try await survivor.reap(at: .at(2)) == [id])
      #expect(try await survivor.orphans().isEmpty)
      #expect(try await survivor.claim(.oneAtATime(1), at: .at(3)).map(\.attempt) == [2])
    },

    Guarantee("an attempt of a member that hangs and had recorded no process bars its job for as long as the lease") {
      bench in
      let hung = try await bench.join(lease: .milliseconds(300))
      let reaper = try await bench.join(lease: .milliseconds(300))
      let id = try await hung.accept()
      let late = try await hung.claim(.oneAtATime(1), at: .at(1))[0].tenure
      try await eventually("the job is taken") { try await reaper.reap(at: .at(5000)) == [id] }
      #expect(try await reaper.hasWaiting(for: .oneAtATime(1)))
      #expect(try await reaper.claim(.oneAtATime(1), at: .at(5001)).map(\.attempt) == [2])
      // It is back, and may not begin.
      #expect(try await hung.renew([JobReport(tenure: late)], at: .at(5002)) == [late])
      #expect(try await !hung.record(.some(1), of: late))
    },

    Guarantee("a process that the machine's start has ended bars nothing") { bench in
      let (dying, survivor) = (try await bench.join(), try await bench.join())
      let id = try await dying.accept()
      let tenure = try await dying.claim(.oneAtATime(1), at: .at(1))[0].tenure
      let process = WorkProcess(pid: 4711, startTime: 1, group: 4711, boot: "earlier", pidNamespace: 1)
      #expect(try await dying.record(process, of: tenure))
      try await bench.kill(dying)
      #expect(try await survivor.reap(at: .at(2)) == [id])
      #expect(try await survivor.orphans().isEmpty)
      #expect(try await survivor.claim(.oneAtATime(1), at: .at(3)).count == 1)
    },

    Guarantee("the process of a member that hangs is an orphan when its lease is over and it has lost the job") {
      bench in
      let hung = try await bench.join(lease: .milliseconds(300))
      let reaper = try await bench.join(lease: .milliseconds(300))
      let (taken, cancelled) = (try await hung.accept(), try await hung.accept())
      let tenures = try await hung.claim(.oneAtATime(2), at: .at(1)).map(\.tenure)
      for (number, tenure) in zip(1..., tenures) { #expect(try await hung.record(.some(Int32(number)), of: tenure)) }
      #expect(try await reaper.cancel(cancelled, at: .at(2)) == .cancelled)
      try await eventually("the lease is over") {
        try await reaper.orphans() == [Orphan(tenure: tenures[1], kind: .order, process: .some(2))]
      }
      // What it still holds is its own.
      try await eventually("the job is taken") { try await reaper.reap(at: .at(5000)) == [taken] }
      #expect(try await Set(reaper.orphans().map(\.tenure)) == Set(tenures))
      #expect(try await reaper.claim(.oneAtATime(8), at: .at(5001)).isEmpty)
      // It is back, and answers for its processes itself.
      #expect(try await hung.orphans().isEmpty)
      try await eventually("it is back") {
        let over = try await hung.renew(tenures.map { JobReport(tenure: $0) }, at: .at(5002))
        let orphans = try await reaper.orphans()
        return Set(over) == Set(tenures) && orphans.isEmpty
      }
      try await hung.free(tenures)
      #expect(try await reaper.claim(.oneAtATime(8), at: .at(5003)).map(\.tenure.id) == [taken])
    },

    Guarantee("a job that is to run alone is neither taken nor kept while an earlier attempt runs on") { bench in
      let (busy, idle) = (try await bench.join(), try await bench.join())
      let suspect = try await busy.accept()
      var tenures: [Tenure] = []
      for number in 1...2 {
        let victim = try await bench.join()
        let tenure = try await victim.claim(.oneAtATime(1), at: .at(1))[0].tenure
        #expect(try await victim.record(.some(Int32(number)), of: tenure))
        tenures.append(tenure)
        try await bench.kill(victim)
        #expect(try await idle.reap(at: .at(2)) == [suspect])
        if number == 1 { try await idle.free([tenure]) }
      }
      let report = NewJob(kind: .report, input: [])
      let reports = [try await busy.accept(report), try await busy.accept(report)]
      #expect(try await busy.claim(Room(1, of: [.report: 3]), at: .at(3)).map(\.tenure.id) == [reports[0]])
      // Else it would be kept, and nothing taken.
      #expect(try await busy.claim(.oneAtATime(1), at: .at(4)).map(\.tenure.id) == [reports[1]])
      #expect(try await idle.claim(.oneAtATime(1), at: .at(4)).isEmpty)
      try await idle.free([tenures[1]])
      #expect(try await idle.claim(.oneAtATime(1), at: .at(5)).map(\.tenure.id) == [suspect])
    },
  ]
}

extension Room {
  /// Orders of which one attempt runs at a time, and reports without limits.
  fileprivate static func oneAtATime(_ shared: Int, inAll: Int? = nil) -> Room {
    Room(
      shared: shared,
      kinds: [
        .order: .init(attempts: 3, jobsInAll: inAll, oneAttemptAtATime: true), .report: .init(attempts: 3),
      ]
    )
  }
}

extension WorkProcess {
  /// One of many.
  fileprivate static func some(_ number: Int32) -> WorkProcess {
    WorkProcess(pid: 4000 + number, startTime: 1, group: 4000 + number, pidNamespace: 1)
  }
}
