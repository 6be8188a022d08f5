import Jobs

// How steps and states read in a trace.

extension Step: CustomStringConvertible {
  var description: String {
    switch self {
    case .submit: "a job is submitted"
    case .submitClaimed(let process): "\(name(of: process)) claims a job with its submission"
    case .claim(let process, let job): "\(name(of: process)) claims \(name(ofJob: job))"
    case .hear(let process): "\(name(of: process)) hears of its claim"
    case .end(let process, let work, let end): "\(name(of: process))'s work on \(name(ofJob: work.job)) ends: \(end)"
    case .giveUp(let process, let work): "\(name(of: process)) gives up its attempt at \(name(ofJob: work.job))"
    case .fallSilent(let process, let work): "\(name(of: process))'s unheeded work on \(name(ofJob: work.job)) ends"
    case .finish(let process, let work, let isHeard):
      "\(name(of: process)) writes the end of \(name(ofJob: work.job)), \(work.phase)\(isHeard ? "" : ", and does not hear")"
    case .renew(let process): "\(name(of: process)) renews"
    case .look(let process): "\(name(of: process)) looks at its tenures"
    case .actOnSight(let process): "\(name(of: process)) acts on what it saw"
    case .record(let process, let work): "\(name(of: process)) records the program of \(name(ofJob: work.job))"
    case .begin(_, let work): "the program of \(name(ofJob: work.job)) begins"
    case .endOrphan(let process, let job, let isLive):
      "\(name(of: process)) ends \(isLive ? "" : "what is left of ")an orphan of \(name(ofJob: job))"
    case .endProcess(let process, let other, let work):
      "\(name(of: process)) ends the program of \(name(ofJob: work.job)) that \(name(of: other)) has started"
    case .reap(let process): "\(name(of: process)) reaps"
    case .reapLiving(let process, let other): "\(name(of: process)) takes \(name(of: other)) for dead and reaps"
    case .cover(let process): "\(name(of: process)) has been able to write for a whole lease"
    case .cancel(let process, let job): "\(name(of: process)) cancels \(name(ofJob: job)) for a client"
    case .answer(let process): "\(name(of: process)) answers the client"
    case .crash(let process): "\(name(of: process)) crashes"
    case .strike(let process): "\(name(of: process)) is killed by the poison"
    case .restart(let process): "\(name(of: process)) starts again"
    case .pause(let process): "\(name(of: process)) is stopped"
    case .resume(let process): "\(name(of: process)) is continued"
    case .lapse(let process): "\(name(of: process))'s lease runs out"
    case .drain(let process): "\(name(of: process)) is shut down"
    case .exit(let process): "\(name(of: process)) exits"
    case .outage: "nobody can write for longer than a lease"
    }
  }

}

extension ModelState: CustomStringConvertible {
  var description: String {
    let jobs = rows.enumerated().map { "   \(name(ofJob: $0.offset)): \($0.element)" }
    return (jobs + processes.enumerated().map { "   \(name(of: $0.offset)): \($0.element)" }).joined(separator: "\n")
  }
}

extension Row: CustomStringConvertible {
  var description: String {
    let holder: String? =
      switch holder {
      case .process(let process): "held by \(name(of: process))"
      case .dead: "held by a dead member"
      case .unknown: "held by nobody known"
      case nil: nil
      }
    return [
      status.rawValue, failure.map { "\($0)" }, "attempt \(attempt)", "deaths \(deaths)", "epoch \(epoch)", holder,
      isPromised ? "its cancel was acknowledged" : nil,
      orphans.isEmpty ? nil : "orphans that run: \(orphans)", strays == 0 ? nil : "\(strays) strays",
    ].compactMap(\.self).joined(separator: ", ")
  }
}

extension ModelProcess: CustomStringConvertible {
  var description: String {
    let states = [
      isDraining ? "draining" : nil, isMember ? nil : "no member", hasLapsed ? "lease over" : nil,
      coversLease ? nil : "no span",
    ]
    let attempts = works.map { work in
      "\(name(ofJob: work.job)) under epoch \(work.epoch) \(work.phase)\(work.slot == .none ? "" : ", \(work.slot)")"
    }
    return (["\(life)"] + states.compactMap(\.self) + attempts).joined(separator: ", ")
  }
}

extension Work.Phase: CustomStringConvertible {
  var description: String {
    switch self {
    case .unheard: "not yet heard of"
    case .running: "running"
    case .unheeded: "unheeded"
    case .ended(let end): "ended by \(end)"
    }
  }
}

private func name(of process: Int) -> String { ["A", "B", "C"][process] }

private func name(ofJob job: Int) -> String { "job \(job + 1)" }
