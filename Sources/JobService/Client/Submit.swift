import ArgumentParser
import Foundation
import JobsClient

/// `orders submit`: a new job.
struct Submit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Submit a job, and print its number.",
    discussion: """
      Where an answer is lost it asks again, under a key that makes one job of all attempts.
      Exit status: 0 accepted, 8 the service does not take this job, 69 it is away, 75 it is busy. With --wait or --watch \
      as status: 0 complete, 3 failed, 4 cancelled, 7 not finished in time.
      """)

  @Option(help: ArgumentHelp("What the products cost: sent as it is written, 19.90 stays 19.90.", valueName: "number"))
  var amount: String?

  @Option(help: ArgumentHelp("A file for a kind that takes files, as photos=a.jpg.", valueName: "name=path"))
  var file: [String] = []

  @Option(help: ArgumentHelp("A property of a kind's input, as width=200.", valueName: "name=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("A kind's input as JSON.", valueName: "json"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "The Idempotency-Key: the same key and input again is the same job. (default: a new one)", valueName: "text"))
  var key: String?

  @Option(help: ArgumentHelp("Then wait so long for its end, and print its status.", valueName: "duration"))
  var wait: DurationArgument?

  @Flag(help: "Then watch it to its end.")
  var watch = false

  @OptionGroup
  var options: ClientOptions

  @Argument(
    help: ArgumentHelp("The products; with --file, --set or --input the path of another kind.", valueName: "word"),
    completion: .kindToSubmit)
  var words: [String]

  func validate() throws {
    _ = try submitted
    if let key, !ServiceClient.isKey(key) { throw ValidationError("--key has 1 to 255 visible ASCII characters") }
    if watch, wait != nil { throw ValidationError("--watch waits to the end: leave --wait out") }
  }

  func run() async throws {
    let (collection, input) = try submitted
    try await options.ask { service throws(ClientFailure) in
      var service = service
      service.kind = collection
      let submission = try await submit(input, to: service)
      StandardOutput.line(options.json ? StandardOutput.document(submission.bytes) : "\(submission.id)")
      if submission.isReplayed, key != nil {
        StandardError.complain("this job was submitted under this key before")
      }
      if watch { return try await options.watch(Watch([submission.id], of: service)) }
      guard let wait else { return .complete }
      let document = try await service.status(submission.id, wait: wait.duration)
      options.show(document)
      return document.exit
    }
  }

  /// Files are sent with a bar, in a terminal.
  private func submit(
    _ input: SubmittedInput, to service: ServiceClient
  ) async throws(ClientFailure) -> ServiceClient.Submission {
    let key = key ?? UUID().uuidString
    guard !file.isEmpty, let bar = UploadDisplay(environment: ProcessInfo.processInfo.environment) else {
      return try await service.submit(input, key: key)
    }
    defer { bar.end() }
    return try await service.submit(input, key: key) { bar.show($0, of: $1) }
  }

  /// What is submitted, and to which kind.
  private var submitted: (collection: String, input: SubmittedInput) {
    get throws {
      if let amount {
        guard file.isEmpty, set.isEmpty, input == nil else {
          throw ValidationError("--amount goes with products, and --file, --set and --input with other kinds")
        }
        guard let input = JobInput(products: words, amount: amount) else {
          throw ValidationError("--amount is a number like 250 or 19.90, not \(PrintableText.text(amount))")
        }
        return (ServiceClient.collection, .products(input))
      }
      guard !file.isEmpty || !set.isEmpty || input != nil else {
        throw ValidationError("--amount is missing, or for another kind of work --file, --set or --input")
      }
      guard words.count == 1, JobReference.isCollection(words[0]) else {
        throw ValidationError("with --file, --set and --input there is one word, the path of the kind: sheets")
      }
      return (words[0], try kindInput)
    }
  }

  private var kindInput: SubmittedInput {
    get throws {
      if file.isEmpty, set.isEmpty, let input { return .json(input) }
      let files = try named(file, "--file")
      for file in files where access(file.value, R_OK) != 0 {
        throw ValidationError("\(PrintableText.text(file.value)): \(String(cString: strerror(errno)))")
      }
      return .form(files: files, values: try named(set, "--set"), input: input)
    }
  }

  private func named(_ texts: [String], _ option: String) throws -> [SubmittedInput.Named] {
    try texts.map { text in
      guard let named = SubmittedInput.Named(text) else {
        throw ValidationError("\(option) is like name=value, not \(PrintableText.text(text))")
      }
      return named
    }
  }
}
