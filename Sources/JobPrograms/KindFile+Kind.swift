public import Jobs
public import Kinds

extension KindFile {
  /// The kind of work that the file declares, with `work` as what runs its program.
  ///
  /// Its example is one that the schema accepts; there is none where none could be made. Its definition is the program's path
  /// and all that is written in the file.
  public func kind(work: any Workload) -> Kind {
    let sample = SampleInput.make(for: schema, declared: input)
    var kind = Kind(
      name, path: path, title: title, description: description, input: SchemaExplanation.json(input), files: files,
      example: sample.isAccepted ? SchemaExplanation.json(sample.input) : nil, form: result,
      // Any JSON value: a kind's file says nothing of its shape.
      result: "{}", log: logReader, search: search, limits: limits, attempts: attempts, keep: keep,
      definition: "\(program[0])\n\(text)", work: work)
    kind.oneAttemptAtATime = true
    return kind
  }
}
