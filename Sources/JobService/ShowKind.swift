import ArgumentParser
import Foundation
import JobPrograms
import JobsClient

/// `orders kinds show`.
struct ShowKind: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Explain a kind's file in sentences, with a command to try it.",
    discussion: """
      KIND is the name of a kind in the files of --kinds, or the path of a kind's file: kinds/sheets.yaml.
      Exit status: 0 done, 64 there is no such kind, 78 its file has a mistake or can't be read.
      """)

  @Option(help: ArgumentHelp("The folder with the kind files.", valueName: "dir"), completion: .directory)
  var kinds: String?

  @Option(help: ArgumentHelp("Where the service of the command to try is.", valueName: "url"))
  var service = ServiceAddress.local

  @Argument(help: ArgumentHelp("A name or a file.", valueName: "kind"))
  var kind: String

  private var isFile: Bool { kind.contains("/") || kind.hasSuffix(".yaml") }

  func validate() throws {
    if kinds == nil, !isFile {
      throw ValidationError("--kinds is missing: the folder with the file of \(kind). A built-in kind has no file")
    }
  }

  func run() throws {
    let file = isFile ? try read() : try find()
    let slash = service.hasSuffix("/") ? 1 : 0
    print(file.explanation(service: String(service.dropLast(slash))), terminator: "")
  }

  private func read() throws -> KindFile {
    do {
      return try KindFiles.read(file: kind)
    } catch {
      print(error)
      throw ExitCode(EX_CONFIG)
    }
  }

  private func find() throws -> KindFile {
    let files = KindFiles.read(folder: kinds ?? "")
    if let file = files.kinds.first(where: { $0.name == kind }) { return file }
    guard files.errors.isEmpty else {
      for error in files.errors { print(error) }
      throw ExitCode(EX_CONFIG)
    }
    let names = files.kinds.isEmpty ? "none" : files.kinds.map(\.name).joined(separator: ", ")
    throw ValidationError("there is no kind \(kind) in these files, which have: \(names)")
  }
}
