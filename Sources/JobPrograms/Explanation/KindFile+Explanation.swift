import Jobs
import Kinds

extension KindFile {
  /// What the file means, in sentences, with a `curl` line to try at its end. `service` is the address of the service,
  /// without a slash at the end. Lines end in `\n`; texts of the file can't add any.
  public func explanation(service: String = "http://localhost:8080") -> String {
    var lines = ["\(name) (\(file))"]
    if let title { lines.append("  \(title).") }
    if let description { lines.append("  \(description)") }
    for part in [aboutProgram, aboutInput, aboutFiles, aboutResult, aboutLimits] where !part.isEmpty {
      lines += [""] + part
    }
    lines += ["", "Try it", "  " + CurlLine.text(for: self, service: service)]
    return lines.map { OneLine.text($0) + "\n" }.joined()
  }

  private var aboutProgram: [String] {
    var lines = [
      "Program", "  A job is a POST to /\(path). It runs \(program.map(ShellWord.quoted).joined(separator: " "))",
      "  \(sandbox == .required ? "in a sandbox" : "without a sandbox"), with the niceness \(nice) and "
        + (network ? "with the network, that of this machine too." : "without a network."),
    ]
    for (command, package) in requires.sorted(by: { $0.key < $1.key }) {
      lines.append("  It needs \(command), of the Debian package \(package).")
    }
    if !read.isEmpty { lines.append("  It may also read \(OneLine.list(read, "and")).") }
    // Values may be long, and some are nobody's business.
    if !env.isEmpty { lines.append("  Its environment also has \(OneLine.list(env.keys.sorted(), "and")).") }
    return lines
  }

  private var aboutInput: [String] {
    ["Input"] + SchemaExplanation.lines(of: input).map { "  " + $0 }
  }

  private var aboutFiles: [String] {
    files.isEmpty ? [] : ["Files"] + files.map { "  " + Self.sentence(about: $0) }
  }

  private static func sentence(about files: InputFiles) -> String {
    let (least, most) = (files.count.lowerBound, files.count.upperBound)
    let count = least == most ? "\(most)" : least == 0 ? "up to \(most)" : "\(least) to \(most)"
    var text = "\(files.name): \(count) file\(most == 1 ? "" : "s")"
    if !files.types.isEmpty { text += " of the type \(OneLine.list(files.types))" }
    if files.minSize > 0 { text += ", of at least \(ByteCount.text(files.minSize)) each" }
    if let each = files.each { text += ", of at most \(ByteCount.text(each)) each" }
    if let total = files.total { text += ", together at most \(ByteCount.text(total))" }
    return text + "."
  }

  private var aboutResult: [String] {
    let sentences =
      switch result {
      case .bytes: ["One JSON value, which the program writes to standard output."]
      case .file(let file):
        ["A file of the type \(OneLine.list(file.types)), which the program writes to out/\(file.name)."]
      case .files(let files):
        ["Files that the program writes:"]
          + files.map { "out/\($0.name), of the type \(OneLine.list($0.types))." }
      }
    let more = search.map { ["The words of out/\($0) can be searched: GET /\(path)?q=words."] } ?? []
    return ["Result"] + (sentences + more).map { "  " + $0 }
  }

  private var aboutLimits: [String] {
    let size = ByteCount.text
    let time = TimeSpan.text
    let sentences: [String?] = [
      attempts.map { $0 == 1 ? "A job is tried once." : "A job is tried up to \($0) times." },
      limits.time.map { "An attempt may take \(time($0))." },
      programLimits.grace.map { "After SIGTERM a program has \(time($0)) to end." },
      programLimits.memory.map { "Its processes may have \(size($0)) of memory together." },
      programLimits.processes.map { $0 == 1 ? "It may have 1 process." : "It may have \($0) processes and threads." },
      programLimits.output.map { "Its files may have \(size($0)) together." },
      programLimits.log.map { "The last \(size($0)) of its log are kept." },
      "The log is shown to the \(logReader == .owner ? "job's owner and the operator" : "operator alone").",
      limits.jobs.map { "A process of the service runs up to \($0) at once." },
      limits.jobsInAll.map { "All processes together run up to \($0) at once." },
      limits.waiting.map { "Up to \($0) jobs may wait." },
      limits.waitingBytes.map { "Jobs that wait may have \(size($0)) together." },
      limits.body.map { "A request's body may have \(size($0))." },
      limits.result.map { "A JSON result may have \(size($0))." }, keptSentence,
      "What is not said here is as the service is configured.",
    ]
    return ["Limits"] + sentences.compactMap { $0 }.map { "  " + $0 }
  }

  private var keptSentence: String? {
    switch keep {
    case nil: nil
    case .forEver: "A job is kept for ever."
    case .time(let time): "A job is kept for \(TimeSpan.text(time)) after its end."
    }
  }
}
