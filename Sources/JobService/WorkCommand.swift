import ArgumentParser
import ServiceLifecycle

/// `orders work`: one process that works on jobs and answers no requests.
struct WorkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Run one worker: it works on jobs and answers no requests.",
    discussion: """
      Any number of workers may share a store with responders (orders serve --jobs 0), which then need no sandbox for \
      programs and restart without waiting for them.
      SIGTERM, SIGINT, SIGQUIT and SIGUSR1 end it: it takes no new job, lets programs run on for --drain, and gives its \
      other jobs back at once. SIGHUP changes nothing: options are read at the start.
      Exit status: 0 it was told to end, 64 wrong use, 71 the system refused something, 75 what it needs is taken or can't \
      be reached now, 78 the store, the secrets or the kind files are not to be used.
      """)

  @OptionGroup
  var member: MemberOptions

  @Option(help: ArgumentHelp("Jobs worked on at once.", valueName: "n"))
  var jobs = 8

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  func run() async throws {
    try await member.explainingFailures(as: .work) { logger in
      try await Member.with(member, as: .work, jobs: jobs, logger) { member in
        try await member.run(with: [Shift(member: member)])
      }
    }
  }
}

/// Tells the service manager when the worker works, and begins its drain.
private struct Shift: Service {
  let member: Member

  func run() async throws {
    member.isReady()
    try await gracefulShutdown()
    member.drain()
  }
}
