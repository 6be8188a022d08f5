import ArgumentParser
import Jobs
import JobsClient
import JobsSQLite

/// `orders kinds`: the kinds of work that files declare, and those that a store knows.
struct KindsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "List the kinds of work of a service or a store; check and explain kind files; drop a kind that is gone.",
    subcommands: [CheckKinds.self, ShowKind.self, KindsForNginx.self, ListKinds.self, DropKind.self],
    defaultSubcommand: ListKinds.self)
}

/// `orders kinds list`.
struct ListKinds: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the kinds of work of a service, or those that a store knows.",
    discussion: """
      Asks a running service, and prints path and title of each kind, divided by a tab. With --json prints the service's \
      document.
      With --store prints what processes have declared: name, path and number of waiting jobs, with - as the path where no \
      process has declared it. Run it as the service's user then.
      Exit status: 0 done, 69 the service is away, 75 the store can't be read now, 78 not a store of ours.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation?

  @OptionGroup
  var options: ClientOptions

  func run() async throws {
    if let store { return try await list(store) }
    try await options.ask { service throws(ClientFailure) in
      let (kinds, document) = try await service.kinds()
      if options.json {
        StandardOutput.line(StandardOutput.document(document))
      } else {
        for kind in kinds { StandardOutput.line("\(kind.path)\t\(PrintableText.text(kind.title))") }
      }
      return .complete
    }
  }

  private func list(_ location: StoreLocation) async throws {
    try await location.withMember { store in
      let declared = try await store.declaredKinds()
      let waiting = try await store.waitingCounts(except: [])
      let paths = Dictionary(uniqueKeysWithValues: declared.map { ($0.name, "/" + $0.path) })
      for name in Set(paths.keys).union(waiting.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
        print("\(name) \(paths[name] ?? "-") \(waiting[name] ?? 0)")
      }
    }
  }
}

/// `orders kinds drop`.
struct DropKind: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Cancel the waiting jobs of a kind that no process serves any more.",
    discussion: """
      Without --confirm they are only counted. From then on its path is a 404; a process that serves the kind declares it \
      again when it starts. What has ended stays, and so does what runs.
      Run it as the service's user.
      Exit status: 0 done, 1 --confirm is missing, 64 there is no such kind, 75 the store can't be written now, 78 not a \
      store of ours.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @Flag(help: "Cancel them.")
  var confirm = false

  @Argument(help: "The kind's name, as orders kinds list has it.")
  var name: String

  func run() async throws {
    let location = store.text
    let kind = JobKind(rawValue: name)
    try await store.withMember { store in
      let waiting = try await store.waitingCounts(except: [])[kind]
      let isDeclared = try await store.declaredKinds().contains { $0.name == kind }
      guard waiting != nil || isDeclared else {
        throw ValidationError("the store knows no kind \(name): see orders kinds list --store \(location)")
      }
      guard confirm else {
        print("\(waiting ?? 0) jobs of the kind \(kind) wait. Nothing was done.")
        print("To cancel them: orders kinds drop \(kind) --store \(location) --confirm")
        throw ExitCode(1)
      }
      let count = try await store.dropKind(kind, at: .now)
      print(count == 1 ? "1 job was cancelled." : "\(count) jobs were cancelled.")
    }
  }
}
