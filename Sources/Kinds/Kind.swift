public import Jobs
public import StrictJSON

/// A kind of work, declared once. Routes, checks, OpenAPI, problem codes, callbacks, metrics, the runner's policy and the
/// queue's limits are all made from it, so that adding a kind means to write one of these and to name it in one list.
public struct Kind: Sendable {
  /// The kind in the store and in metrics: `report`.
  public let name: JobKind
  /// The first segment of its routes, and the member that holds a page: `reports` makes `/reports`, `/reports/3`, ….
  public let path: String
  /// The word in codes and sentences: `report` makes `report-not-finished` and `invalid-report`.
  public let noun: String
  /// What people call it: `Reports`.
  public let title: String
  /// What it does, in a sentence or two: for `GET /` and the description of the API.
  public let description: String?
  /// What a client submits. Where the text that it was made of is no schema, a service of it does not start.
  public let input: Result<InputSchema, SchemaError>
  /// The files that a client may or must send with it, by names that no property of the input has.
  public let files: [InputFiles]
  /// A body to try, for people: JSON.
  public let example: String?
  /// Whether a result is bytes or files.
  public let form: ResultForm
  /// The media type of a result's bytes, of its one file (the first that it may have), or of the list of its files.
  public let resultType: String
  /// What a result is, where that is JSON: a JSON Schema, as text.
  public let result: String
  /// Who may read the logs of its jobs; `nil`: they have none.
  public let log: LogReader?
  /// The file of its results whose text can be searched; `nil`: none. A form feed ends a page of it.
  public let search: String?
  public var limits: KindLimits
  /// How often a job is tried; `nil`: as the service says.
  public var attempts: Int?
  /// How long a job is kept after its end; `nil`: as the service says.
  public var keep: Keep?
  /// What declares it beside these words, such as the text of a file: another text is another declaration to the store.
  public let definition: String
  /// Whether an attempt begins only when nothing of an earlier one is left: see ``WorkPolicy/oneAttemptAtATime``.
  public var oneAttemptAtATime = false
  /// What becomes of its works when their process drains.
  public var drain = WorkPolicy.Drain.giveBack
  /// How long a work may take to end when it is interrupted; `nil`: as the runner says.
  public var patience: Duration?
  /// What the schema can't say of a body that it accepts.
  let check: Check
  /// What is done with a job.
  public var work: any Workload

  /// Throws what is wrong with a body.
  public typealias Check = @Sendable (_ body: JSON) throws(InvalidBody) -> Void

  /// `noun` is the name, and `title` the path with a capital, unless they are given. `input` is a JSON Schema as
  /// ``InputSchema`` reads it, as text. `resultType` and `result` say what bytes are, and nothing of files. `work`
  /// gets an accepted body as a JSON object, with the schema's defaults.
  public init(
    _ name: String, path: String, noun: String? = nil, title: String? = nil, description: String? = nil, input: String,
    files: [InputFiles] = [], example: String? = nil, form: ResultForm = .bytes,
    resultType: String = "application/json",
    result: String = #"{"type":"object"}"#,
    log: LogReader? = nil, search: String? = nil, limits: KindLimits = KindLimits(),
    attempts: Int? = nil, keep: Keep? = nil,
    definition: String = "", work: any Workload, check: @escaping Check = { _ throws(InvalidBody) in }
  ) {
    self.name = JobKind(rawValue: name)
    self.path = path
    self.noun = noun ?? name
    self.title = title ?? path.prefix(1).uppercased() + path.dropFirst()
    self.description = description
    let reserved = Self.reserved(beside: files, isSearched: search != nil)
    self.input = Result { () throws(SchemaError) in try InputSchema(text: input, reserved: reserved) }
    self.files = files
    self.example = example
    self.form = form
    switch form {
    case .bytes: (self.resultType, self.result) = (resultType, result)
    case .file(let file): (self.resultType, self.result) = (file.types.first ?? resultType, "{}")
    case .files: (self.resultType, self.result) = ("application/json", Self.listOfFiles)
    }
    self.log = log
    self.search = search
    self.limits = limits
    self.attempts = attempts
    self.keep = keep
    self.definition = definition
    self.check = check
    self.work = work
  }

  /// Whether its jobs come with files or have files as their results.
  public var hasFiles: Bool { !files.isEmpty || !form.files.isEmpty }

  /// Bytes of a body with files, all of it included; `nil` where the kind takes none.
  public var mostUploaded: Int? {
    guard !files.isEmpty else { return nil }
    return files.reduce((limits.body ?? 0) + Self.mostAroundParts) { $0 + $1.mostTotal }
  }

  /// Boundaries and the headers of parts.
  private static let mostAroundParts = 1 << 20

  private static let listOfFiles = """
    {
      "type": "array",
      "items": {
        "type": "object", "required": ["name", "type", "size", "sha256"],
        "properties": {
          "name": {"type": "string"}, "type": {"type": "string"}, "size": {"type": "integer"}, "sha256": {"type": "string"}
        }
      }
    }
    """

  /// Members that a job has beside those of its input, and what forms and callbacks need.
  package static func reserved(beside files: [InputFiles], isSearched: Bool) -> Set<String> {
    var reserved: Set = ["id", "status", "callback", "input"]
    if !files.isEmpty { reserved.formUnion(files.map(\.name) + ["files"]) }
    if isSearched { reserved.formUnion(["snippet", "page"]) }
    return reserved
  }
}
