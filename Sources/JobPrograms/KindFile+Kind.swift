public import Jobs
public import Kinds

extension KindFile {
  /// The kind of work that the file declares, with `work` as what runs its program.
  ///
  /// Its example is one that the schema accepts; there is none where none could be made. A kind has one media type for
  /// its results: of a file it is the first one declared, and several files are listed as JSON. Its definition is the
  /// program's path and all that is written in the file.
  public func kind(work: any Workload) -> Kind {
    let sample = SampleInput.make(for: schema, declared: input)
    let resultType: String =
      switch result {
      case .json, .files: "application/json"
      case .file(let file): file.types[0]
      }
    var kind = Kind(
      name, path: path, title: title, description: description, input: SchemaExplanation.json(input),
      example: sample.isAccepted ? SchemaExplanation.json(sample.input) : nil, resultType: resultType,
      // Any JSON value: a file says nothing of its result's shape.
      result: "{}", log: logReader, limits: limits, attempts: attempts, keep: keep,
      definition: "\(program[0])\n\(text)", work: work)
    kind.oneAttemptAtATime = true
    return kind
  }
}
