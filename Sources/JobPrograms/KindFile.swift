public import Kinds
public import StrictJSON

/// Everything that a kind's file declares: a program as a kind of work.
public struct KindFile: Sendable {
  /// The kind in the store, in metrics and in codes: `sheet`.
  public let name: String
  /// The first segment of its URLs: `sheets`.
  public let path: String
  public let title: String?
  public let description: String?
  /// The program's absolute path, and its arguments. Nothing of a request is among them.
  public let program: [String]
  /// The folder of the kind's file, which a program sees as `/kind`.
  public let folder: String
  /// Commands that the program needs, and the Debian packages that have them.
  public let requires: [String: String]
  /// The schema as the file has it; an object without properties where it says nothing.
  public let input: JSON
  public let schema: InputSchema
  /// In the order of the file.
  public let files: [InputFiles]
  public let result: ResultForm
  /// The file of the result whose text can be searched; `nil`: none.
  public let search: String?
  public let limits: KindLimits
  public let programLimits: ProgramLimits
  /// How often a job is tried; `nil`: as the service says.
  public let attempts: Int?
  /// How long a job is kept after its end; `nil`: as the service says.
  public let keep: Keep?
  /// How much the program gives way to others: 0 to 19.
  public let nice: Int
  /// Environment variables beside those that every program has.
  public let env: [String: String]
  /// Absolute paths that the program may read, beside the system's and its own.
  public let read: [String]
  /// Whether the program may use the network. That includes the machine's own services.
  public let network: Bool
  public let logReader: LogReader
  public let sandbox: SandboxPolicy
  /// The kind's file, as errors name it.
  public let file: String
  /// All that is written in it.
  public let text: String
  let lines: Lines

  /// The lines of what is judged when the whole file is read.
  struct Lines: Hashable, Sendable {
    let name: Int
    let path: Int
    let files: Int
    let result: Int
  }

  /// The most bytes of a kind's file.
  public static let longestFile = 64 << 10

  static let tooLong = Fault(line: nil, "The file is too long. It may have at most \(longestFile) bytes.")

  /// The program's path below the kind's folder, `bin/sheet`; `nil` for one elsewhere.
  public var programInFolder: String? {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return program[0].hasPrefix(prefix) ? String(program[0].dropFirst(prefix.count)) : nil
  }

  /// Reads a kind's file, and throws its first mistake.
  ///
  /// `file` is what errors call it. `folder` is the absolute path of its folder: a program that isn't given by an
  /// absolute path is in there. `look` finds out whether the program and what it requires are there.
  public init(
    reading text: String, file: String, folder: String, look: ProgramLook = .fileSystem
  ) throws(KindFileError) {
    do throws(Fault) {
      guard text.utf8.count <= Self.longestFile else { throw Self.tooLong }
      try self.init(YAMLNode(document: text), text: text, file: file, folder: folder, look: look)
    } catch {
      throw KindFileError(file: file, line: error.line, detail: error.detail)
    }
  }

  private init(
    _ document: YAMLNode, text: String, file: String, folder: String, look: ProgramLook
  ) throws(Fault) {
    let section = try Section(document, name: "", keys: Self.keys)
    let reader = KindReader(section: section, folder: folder, look: look)
    name = try reader.name()
    path = try reader.path()
    title = try section.sentence("title")
    description = try section.sentence("description")
    files = try reader.files()
    result = try reader.result()
    search = try reader.search(in: result)
    (input, schema) = try reader.input(
      reserved: Kind.reserved(beside: files, isSearched: search != nil))
    (limits, programLimits) = try reader.limits()
    attempts = try section.whole("attempts", in: 1...100)
    keep = try reader.keep()
    nice = try section.whole("nice", in: 0...19) ?? 10
    env = try reader.environment()
    read = try reader.readPaths()
    network = try section["network"]?.flag() ?? false
    logReader = try reader.logReader()
    sandbox = try section["sandbox"]?.choice() ?? .required
    program = try reader.program(readable: sandbox == .none ? ["/"] : read)
    requires = try reader.requirements()
    self.folder = folder
    self.file = file
    self.text = text
    lines = Lines(
      name: section.line(of: "name"), path: section.line(of: "path"), files: section.line(of: "files"),
      result: section.line(of: "result"))
  }

  /// In the order in which a file is best written.
  private static let keys = [
    "name", "path", "title", "description", "program", "requires", "input", "files", "result", "search", "limits",
    "attempts",
    "keep", "nice", "env", "read", "network", "log", "sandbox",
  ]
}
