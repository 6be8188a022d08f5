import ArgumentParser
import Foundation
import JobPrograms
import Jobs
import JobsHTTP

/// `orders kinds check`.
struct CheckKinds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Find the mistakes in kind files.",
    discussion: """
      Reads the *.yaml files in DIR as orders serve --kinds DIR does, and prints the first mistake of each: FILE:LINE, what \
      is wrong, and what is allowed.
      Exit status: 0 there is no mistake, 78 there is one, or DIR has no kind file or can't be read.
      """)

  @OptionGroup
  private var builtIn: BuiltInKinds

  @Argument(help: ArgumentHelp("The folder with the kind files.", valueName: "dir"), completion: .directory)
  var folder: String

  func run() throws {
    let files = KindFiles.read(folder: folder, beside: builtIn.kinds)
    let mistakes = mistakes(in: files)
    for mistake in mistakes { print(mistake) }
    guard mistakes.isEmpty else { throw ExitCode(EX_CONFIG) }
    let names = files.kinds.map(\.name).joined(separator: ", ")
    print(files.kinds.count == 1 ? "1 kind: \(names)" : "\(files.kinds.count) kinds: \(names)")
  }

  private func mistakes(in files: KindFiles) -> [String] {
    guard files.errors.isEmpty else { return files.errors.map(\.description) }
    guard !files.kinds.isEmpty else { return ["\(folder): There is no kind file. Their names end in .yaml."] }
    do throws(CompositionError) {
      try API.check(builtIn.kinds + files.kinds.map { $0.kind(work: WorkOfOtherProcesses()) })
      return []
    } catch {
      return ["\(folder): \(error)"]
    }
  }
}
